"""Read contigs, rows, values and summaries of bigWig and bigBed files of unknown origin, in plain Python.

Not pyBigWig, because libBigWig crashes the process on some damaged files.
This reader checks every offset, count and size against the file and raises an exception for damage.

Layout: Kent et al. 2010, Bioinformatics 26:2204, supplementary tables 5 to 17.
"""

from __future__ import annotations

import itertools
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

BIGWIG, BIGBED = 0x888FFC26, 0x8789F2EB
_HEADER = struct.Struct("<IHHQQQHHQQIQ")
_ZOOM = struct.Struct("<IIQQ")
_TREE, _RANGES = struct.Struct("<IIIIQQ"), struct.Struct("<IIQIIIIQII")
_NODE = struct.Struct("<BxH")
_TREE_MAGIC, _RANGES_MAGIC = 0x78CA8C91, 0x2468ACE0
_LEAF, _INNER = struct.Struct("<IIIIQQ"), struct.Struct("<IIIIQ")
_SECTION = struct.Struct("<IIIIIBxH")
_SUMMARY = struct.Struct("<IIIIffff")
_ROW = struct.Struct("<III")
_STEPS = {1: struct.Struct("<IIf"), 2: struct.Struct("<If"), 3: struct.Struct("<f")}  # bedGraph, variable, fixed
_MAX_BLOCK = 1 << 26  # bytes of an unpacked block
_MAX_DEPTH = 20  # levels of a tree
_MAX_SEARCH, _PAGE = 1 << 26, 4096  # bytes of index and blocks that one search may read; bytes that a node counts as


class BbiError(Exception):
    """Report that a file is neither bigWig nor bigBed, or is damaged; `str(error)` says why."""


class BbiFile:
    """An open bigWig or bigBed file; a context manager.

    Parameters
    ----------
    path : Path
        The file.

    Attributes
    ----------
    is_bigwig : bool
        Whether the file is a bigWig.
    fields : int
        Number of columns of a bigBed.
    defined_fields : int
        Number of those columns that are plain BED.
    sql_at : int
        Offset of the autoSql text, 0 if there is none.
    extension_at : int
        Offset of the header's extension, 0 if there is none.

    Raises
    ------
    BbiError
        The file is of another kind, cannot be read, or has a damaged header.
    """

    def __init__(self, path: Path):
        try:
            self._file: BinaryIO = path.open("rb")
            self._size = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise BbiError(f"cannot be read ({error.strerror})") from error
        try:
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> BbiFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, start: int, size: int) -> bytes:
        """Read `size` bytes from the offset `start`.

        Raises
        ------
        BbiError
            The file ends before them, or cannot be read.
        """
        if start + size > self._size:
            raise BbiError("is truncated or damaged")
        try:
            self._file.seek(start)
            content = self._file.read(size)
        except (OSError, OverflowError, ValueError) as error:
            raise BbiError(f"cannot be read ({error})") from error
        if len(content) < size:
            raise BbiError("is truncated or damaged")
        return content

    def read_up_to(self, start: int, limit: int) -> bytes:
        """Read up to `limit` bytes, fewer at the end of the file."""
        return self.read(start, max(0, min(limit, self._size - start)))

    def chroms(self) -> dict[str, int]:
        """Return the length in nt of each contig, by name."""
        return {name: length for name, (_, length) in self._contigs().items()}

    def entries(self, chrom: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Yield the rows of a bigBed that overlap an interval.

        Parameters
        ----------
        chrom : str
            Name of the contig.
        start : int
            Start of the interval, 0-based.
        end : int
            End of the interval, exclusive.

        Yields
        ------
        tuple of (int, int, str)
            Start, end, and the other columns as text with tabs.
        """
        if self.is_bigwig:
            raise BbiError("is a bigWig, which has no rows")
        for number, block in self._blocks(chrom, start, end, self._index_at):
            offset = 0
            while offset < len(block):
                contig, first, last = _unpack(_ROW, block, offset)
                stop = block.find(b"\0", offset + _ROW.size)
                if stop < 0:
                    raise BbiError("is damaged: a row does not end")
                if contig == number and first < end and last > start:
                    yield first, last, block[offset + _ROW.size : stop].decode("utf-8", "replace")
                offset = stop + 1

    def values(self, chrom: str, start: int, end: int) -> list[float]:
        """Return the value at each position of an interval (0-based, end exclusive); NaN where there is none."""
        if not self.is_bigwig:
            raise BbiError("is a bigBed, which has no values")
        values = [float("nan")] * (end - start)
        for number, block in self._blocks(chrom, start, end, self._index_at):
            for first, last, value in _steps(block, number):
                low, high = max(first, start) - start, min(last, end) - start
                if low < high:
                    values[low:high] = [value] * (high - low)
        return values

    def summaries(self, chrom: str, parts: int) -> Iterator[tuple[int, int, float]]:
        """Yield the highest value of each of at least `parts` intervals of a contig.

        They come from the coarsest zoom level that is fine enough, or from the values if no level is.

        Parameters
        ----------
        chrom : str
            Name of the contig.
        parts : int
            Least number of intervals that the contig is divided into.

        Yields
        ------
        tuple of (int, int, float)
            Start, end and highest value.
        """
        if not self.is_bigwig:
            raise BbiError("is a bigBed, which has no values")
        length = self._contigs()[chrom][1]
        levels = [offset for reduction, offset in self.zooms() if reduction <= max(1, length // parts)]
        if not levels:
            for number, block in self._blocks(chrom, 0, length, self._index_at):
                yield from _steps(block, number)
            return
        for number, block in self._blocks(chrom, 0, length, levels[-1]):
            for offset in range(0, len(block), _SUMMARY.size):
                contig, first, last, valid, _, maximum, _, _ = _unpack(_SUMMARY, block, offset)
                if contig == number and valid:
                    yield first, last, maximum

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_header(self) -> None:
        if self._size < _HEADER.size:
            raise BbiError("is too short for a bigWig or bigBed")
        (magic, _, self._levels, self._tree_at, _, self._index_at, self.fields, self.defined_fields, self.sql_at, _,
         self._unpacked_size, self.extension_at) = _HEADER.unpack(self.read(0, _HEADER.size))  # fmt: skip
        if magic not in (BIGWIG, BIGBED):
            raise BbiError("is neither bigWig nor bigBed")
        self.is_bigwig = magic == BIGWIG
        self._contig_table: dict[str, tuple[int, int]] | None = None
        self._zoom_table: list[tuple[int, int]] | None = None

    def zooms(self) -> list[tuple[int, int]]:
        """Return (bases in a summary, offset of the index) of each zoom level, finest first."""
        if self._zoom_table is None:
            content = self.read(_HEADER.size, self._levels * _ZOOM.size)
            self._zoom_table = sorted((reduction, offset) for reduction, _, _, offset in _ZOOM.iter_unpack(content))
        return self._zoom_table

    def blocks(self, chrom: str, start: int, end: int, index_at: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield the contig's number and each unpacked block that may overlap an interval.

        Parameters
        ----------
        chrom : str
            Name of the contig.
        start, end : int
            The interval, 0-based, half-open.
        index_at : int, optional
            Offset of the index of a zoom level; None for the values or rows themselves.
        """
        return self._blocks(chrom, start, end, self._index_at if index_at is None else index_at)

    def _contigs(self) -> dict[str, tuple[int, int]]:
        """Return (number, length) of each contig by name."""
        if self._contig_table is None:
            self._contig_table = dict(self._read_contigs())
        return self._contig_table

    def _read_contigs(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Walk the tree of contigs level by level."""
        magic, _, key, value, count, _ = _unpack(_TREE, self.read(self._tree_at, _TREE.size), 0)
        if magic != _TREE_MAGIC or value != 8 or count * (key + value) > self._size:
            raise BbiError("is damaged: it has no table of contigs")
        allowance, level, depth = count, [self._tree_at + _TREE.size], 0
        while level:
            depth += 1
            children: list[int] = []
            for node in level:
                leaf, items = _unpack(_NODE, self.read(node, _NODE.size), 0)
                content = self.read(node + _NODE.size, items * (key + 8))
                allowance -= items if leaf else 0
                if allowance < 0 or depth > _MAX_DEPTH or len(children) + items > count:
                    raise BbiError("is damaged: its table of contigs does not end")
                for offset in range(0, len(content), key + 8):
                    name = content[offset : offset + key].rstrip(b"\0")
                    if leaf:
                        number, length = struct.unpack_from("<II", content, offset + key)
                        yield name.decode("utf-8", "replace"), (number, length)
                    else:
                        children.append(struct.unpack_from("<Q", content, offset + key)[0])
            level = children

    def _blocks(self, chrom: str, start: int, end: int, index_at: int) -> Iterator[tuple[int, bytes]]:
        """Yield the contig's number and each unpacked block that may overlap an interval."""
        if chrom not in self._contigs():
            return
        number = self._contigs()[chrom][0]
        magic, *_ = _unpack(_RANGES, self.read(index_at, _RANGES.size), 0)
        if magic != _RANGES_MAGIC:
            raise BbiError("is damaged: it has no index")
        stack, allowance = [index_at + _RANGES.size], _MAX_SEARCH
        while stack:
            node_at = stack.pop()
            leaf, items = _unpack(_NODE, self.read(node_at, _NODE.size), 0)
            layout = _LEAF if leaf else _INNER
            nodes = list(layout.iter_unpack(self.read(node_at + _NODE.size, items * layout.size)))
            hits = [node for node in nodes if node[:2] < (number, end) and node[2:4] > (number, start)]
            allowance -= max(_PAGE, items * layout.size)
            if allowance < 0:
                raise BbiError("is damaged: its index does not end")
            if not leaf:
                stack += (node[4] for node in reversed(hits))
                continue
            for node in hits:
                block = self._unpacked_block(node[4], node[5])
                allowance -= len(block)
                yield number, block

    def _unpacked_block(self, start: int, size: int) -> bytes:
        content = self.read(start, size)
        if not self._unpacked_size:
            return content
        try:
            return zlib.decompressobj().decompress(content, min(self._unpacked_size, _MAX_BLOCK) + 1)
        except zlib.error as error:
            raise BbiError(f"is damaged ({error})") from error


def _steps(block: bytes, number: int) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and value of each interval in a block of a bigWig."""
    contig, first, _, step, span, kind, count = _unpack(_SECTION, block, 0)
    layout = _STEPS.get(kind)
    if layout is None or len(block) < _SECTION.size + count * layout.size:
        raise BbiError("is damaged: a section has another length than it says")
    if contig != number:
        return
    steps = layout.iter_unpack(block[_SECTION.size : _SECTION.size + count * layout.size])
    if kind == 1:
        yield from steps
    elif kind == 2:
        for start, value in steps:
            yield start, start + span, value
    else:
        for start, (value,) in zip(itertools.count(first, step), steps, strict=False):
            yield start, start + span, value


def _unpack(layout: struct.Struct, content: bytes, offset: int) -> tuple[Any, ...]:
    if offset + layout.size > len(content):
        raise BbiError("is truncated or damaged")
    return layout.unpack_from(content, offset)
