"""Encode the parts of bigWig and bigBed as bytes: header, trees, data blocks, zoom records.

Layout as in Kent et al. 2010 (Bioinformatics 26:2204), supplementary tables; all numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ideep_scan.kernels import bins

HEADER_BYTES, ZOOM_HEADER_BYTES, ENTRY_BYTES = 64, 24, 32
_NODE = 256  # items of a tree node
_VARIABLE_STEP, _FIXED_STEP = 2, 3

#: A bin during summation. On disk the last four fields are float32.
SUMMARY = np.dtype(
    [("start", "u4"), ("end", "u4"), ("valid", "u4"), ("min", "f8"), ("max", "f8"), ("sum", "f8"), ("squares", "f8")]
)
_ZOOM_RECORD = np.dtype(
    [(name, "<u4") for name in ("chrom", "start", "end", "valid")]
    + [(name, "<f4") for name in ("min", "max", "sum", "squares")]
)


class FileKind(NamedTuple):
    """Kind of a file as its header states it: magic number, fields of a bigBed, and how many of them are plain BED."""

    magic: int
    fields: int = 0
    bed_fields: int = 0


BIGWIG = FileKind(0x888FFC26)
BIGBED_MAGIC = 0x8789F2EB


def encode_header(
    kind: FileKind, *, zooms: int, tree: int, data: int, index: int, sql: int, summary: int, largest_block: int
) -> bytes:
    """Encode the first 64 bytes of the file.

    Parameters
    ----------
    kind : FileKind
        Magic number and number of fields.
    zooms : int
        Number of zoom levels.
    tree, data, index, sql, summary : int
        Offsets of the contig tree, the data, the index, the autoSql (0: none) and the summary.
    largest_block : int
        Bytes of the largest block before compression.

    Returns
    -------
    bytes
        The header.
    """
    offsets = tree, data, index
    return struct.pack(
        "<IHHQQQHHQQIQ", kind.magic, 4, zooms, *offsets, kind.fields, kind.bed_fields, sql, summary, largest_block, 0
    )


def encode_chrom_tree(contigs: Mapping[str, int], offset: int) -> bytes:
    """Encode the B+ tree of contig names. Ids are the order of `contigs`.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig in nt.
    offset : int
        Offset of the tree in the file.

    Returns
    -------
    bytes
        The tree.
    """
    size = max(len(name.encode()) for name in contigs)
    leaves = [
        name.encode().ljust(size, b"\0") + struct.pack("<II", number, length)
        for number, (name, length) in enumerate(contigs.items())
    ]
    top = struct.pack("<IIIIQQ", 0x78CA8C91, min(_NODE, len(leaves)), size, 8, len(leaves), 0)
    return top + _tree(sorted(leaves), lambda node: node[0][:size], offset + len(top))


def encode_range_tree(blocks: Sequence[bytes], offset: int, end: int) -> bytes:
    """Encode the R tree over compressed blocks.

    Parameters
    ----------
    blocks : Sequence[bytes]
        Entries from `encode_block_entry`, in file order. Blocks may overlap.
    offset : int
        Offset of the tree in the file.
    end : int
        Offset after the last block.

    Returns
    -------
    bytes
        The tree.
    """
    first, last = blocks[0][:8], _find_last_end(blocks)
    top = struct.pack("<IIQ8s8sQII", 0x2468ACE0, _NODE, len(blocks), first, last, end, 1, 0)
    return top + _tree(blocks, lambda node: node[0][:8] + _find_last_end(node), offset + len(top))


def _find_last_end(entries: Sequence[bytes]) -> bytes:
    """Return the last contig and the last end on it, as the entries encode them."""
    return max(entries, key=lambda entry: struct.unpack_from("<II", entry, 8))[8:16]


def encode_block_entry(chrom: int, start: int, end: int, offset: int, size: int) -> bytes:
    """Encode a leaf of the R tree.

    Parameters
    ----------
    chrom : int
        Id of the contig.
    start, end : int
        Interval that the block covers, 0-based half-open.
    offset, size : int
        Offset and bytes of the compressed block.

    Returns
    -------
    bytes
        `ENTRY_BYTES` bytes.
    """
    return struct.pack("<IIIIQQ", chrom, start, chrom, end, offset, size)


def _tree(leaves: Sequence[bytes], key: Callable[[Sequence[bytes]], bytes], offset: int) -> bytes:
    """Encode the nodes of a search tree, root first.

    `key` makes the parent's entry from the entries of its child.
    """

    def nodes(entries: Sequence[bytes]) -> list[Sequence[bytes]]:
        return [entries[i : i + _NODE] for i in range(0, len(entries), _NODE)]

    levels = [nodes(leaves)]
    while len(levels[0]) > 1:
        levels.insert(0, nodes([key(node) for node in levels[0]]))
    parts: list[bytes] = []
    for depth, level in enumerate(levels):
        is_leaf = depth == len(levels) - 1
        entry_bytes = len(level[0][0]) + (0 if is_leaf else 8)
        offset += sum(4 + len(node) * entry_bytes for node in level)
        child, children = offset, iter(() if is_leaf else levels[depth + 1])
        child_entry_bytes = 0 if is_leaf else len(levels[depth + 1][0][0]) + (0 if depth + 2 == len(levels) else 8)
        for node in level:
            parts.append(struct.pack("<BBH", is_leaf, 0, len(node)))
            for entry in node:
                parts.append(entry)
                if not is_leaf:
                    parts.append(struct.pack("<Q", child))
                    child += 4 + len(next(children)) * child_entry_bytes
    return b"".join(parts)


def encode_sections(chrom: int, positions: np.ndarray, values: np.ndarray) -> Iterator[tuple[int, int, bytes]]:
    """Encode the data of one contig as sections.

    Long runs of adjacent positions are fixedStep sections (4 bytes per value).
    Other values are variableStep sections (8 bytes per value).
    Both have the same size at about 120 values, as measured.

    Parameters
    ----------
    chrom : int
        Id of the contig.
    positions : np.ndarray
        int64 array (n,), 0-based, strictly rising.
    values : np.ndarray
        float32 array (n,), without NaN.

    Yields
    ------
    start, end : int
        Interval of the section, 0-based half-open.
    block : bytes
        The section before compression.
    """
    min_run, max_section = 128, 4096
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(positions) != 1) + 1, [len(positions)]])
    is_long = np.diff(bounds) >= min_run
    edge = is_long | np.concatenate([[True], is_long[:-1]])  # a section begins at and after a long run
    begins = np.flatnonzero(edge)
    for run, next_run in zip(begins, [*begins[1:], len(is_long)], strict=True):
        kind = _FIXED_STEP if is_long[run] else _VARIABLE_STEP
        for a in range(bounds[run], bounds[next_run], max_section):
            b = min(a + max_section, int(bounds[next_run]))
            start, end, part = int(positions[a]), int(positions[b - 1]) + 1, values[a:b].astype("<f4")
            if kind == _VARIABLE_STEP:
                part = np.stack([positions[a:b].astype("<u4"), part.view("<u4")], axis=1)
            head = struct.pack("<IIIIIBBH", chrom, start, end, kind == _FIXED_STEP, 1, kind, 0, b - a)
            yield start, end, head + part.tobytes()


def summarise(records: np.ndarray, size: int, length: int) -> np.ndarray:
    """Summarise records in larger bins.

    Parameters
    ----------
    records : np.ndarray
        SUMMARY array (n,), sorted by start.
    size : int
        Width of the bins in nt.
    length : int
        Length of the contig in nt.

    Returns
    -------
    np.ndarray
        SUMMARY array (m,) without empty bins.
    """
    number = records["start"] // size
    first = np.flatnonzero(np.concatenate([[True], number[1:] != number[:-1]]))
    out = np.empty(len(first), SUMMARY)
    out["start"] = number[first] * size
    out["end"] = np.minimum(out["start"].astype(np.int64) + size, length)
    for name in ("valid", "sum", "squares"):
        out[name] = np.add.reduceat(records[name], first)
    out["min"] = np.minimum.reduceat(records["min"], first)
    out["max"] = np.maximum.reduceat(records["max"], first)
    return out


def bin_runs(starts: np.ndarray, ends: np.ndarray, values: np.ndarray, *, size: int, length: int) -> np.ndarray:
    """Summarise runs of equal values in bins.

    Parameters
    ----------
    starts, ends : np.ndarray
        int64 arrays (n,), 0-based half-open, rising, without overlap.
    values : np.ndarray
        int64 array (n,), the value at each position of a run.
    size : int
        Width of the bins in nt.
    length : int
        Length of the contig in nt.

    Returns
    -------
    np.ndarray
        SUMMARY array (m,) without empty bins.
    """
    first = starts // size
    counts = (ends - 1) // size - first + 1
    runs = np.repeat(np.arange(len(starts)), counts)
    numbers = first[runs] + np.arange(len(runs)) - np.repeat(np.cumsum(counts) - counts, counts)
    parts = np.empty(len(runs), SUMMARY)
    parts["start"] = np.maximum(starts[runs], numbers * size)
    parts["end"] = np.minimum(ends[runs], (numbers + 1) * size)
    parts["valid"] = parts["end"] - parts["start"]
    parts["min"] = parts["max"] = values[runs]
    parts["sum"] = parts["valid"] * parts["max"]
    parts["squares"] = parts["sum"] * parts["max"]
    return summarise(parts, size, length)


def bin_values(positions: np.ndarray, values: np.ndarray, size: int, length: int) -> np.ndarray:
    """Summarise values in bins.

    Parameters
    ----------
    positions : np.ndarray
        int64 array (n,), 0-based, rising.
    values : np.ndarray
        float32 array (n,).
    size : int
        Width of the bins in nt.
    length : int
        Length of the contig in nt.

    Returns
    -------
    np.ndarray
        SUMMARY array (m,) without empty bins.
    """
    number, *summed = bins.summarise_bins(positions, values, size)
    out = np.empty(len(number), SUMMARY)
    out["start"], out["end"] = number * size, np.minimum((number + 1) * size, length)
    for name, column in zip(("valid", "min", "max", "sum", "squares"), summed, strict=True):
        out[name] = column
    return out


def encode_zoom_block(chrom: int, records: np.ndarray) -> bytes:
    """Encode bins of one contig as zoom records.

    Parameters
    ----------
    chrom : int
        Id of the contig.
    records : np.ndarray
        SUMMARY array (n,).

    Returns
    -------
    bytes
        The records before compression.
    """
    out = np.empty(len(records), _ZOOM_RECORD)
    out["chrom"] = chrom
    for name in SUMMARY.names or ():
        out[name] = records[name]
    return out.tobytes()
