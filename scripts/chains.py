"""Positions of one assembly on another one, by a UCSC chain file."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.records.places import Places


class Chain(NamedTuple):
    """Aligned blocks of a contig, ascending.

    Attributes
    ----------
    chrom : str
        Contig of the first assembly.
    starts, sizes : np.ndarray
        Int64 (n,), start and length of each block.
    other : str
        Contig of the other assembly.
    other_starts : np.ndarray
        Int64 (n,), start of each block there, on `strand`.
    strand : str
        Strand of the other contig.
    other_length : int
        Length of the other contig.
    """

    chrom: str
    starts: np.ndarray
    sizes: np.ndarray
    other: str
    other_starts: np.ndarray
    strand: str
    other_length: int


def read_chains(path: Path) -> Iterator[Chain]:
    """Read a chain file, gzipped, in its order: the best chain first."""
    head: list[str] = []
    blocks: list[list[int]] = []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            columns = line.split()
            if columns[:1] == ["chain"]:
                head, blocks = columns, []
            elif columns:
                blocks.append([*map(int, columns), 0, 0][:3])
                if len(columns) == 1:
                    yield _build_chain(head, np.array(blocks, np.int64))


def _build_chain(head: list[str], blocks: np.ndarray) -> Chain:
    """Place blocks, given as size and the gaps behind them."""
    sizes = blocks[:, 0]
    starts, others = (int(head[at]) + np.cumsum(sizes + blocks[:, gap]) for at, gap in ((5, 1), (10, 2)))
    starts, others = (ends - sizes - blocks[:, gap] for ends, gap in ((starts, 1), (others, 2)))
    return Chain(head[2], starts, sizes, head[7], others, head[9], int(head[8]))


def lift(places: Places, path: Path) -> tuple[Places, np.ndarray]:
    """Find places on another assembly.

    Parameters
    ----------
    places : Places
        n places.
    path : Path
        Chains from their assembly to the other one.

    Returns
    -------
    lifted : Places
        The places that the other assembly has, in their order.
    mask : np.ndarray
        Bool (n,), True for these.
    """
    chrom, strand, centre = (np.array(column) for column in (places.chrom, places.strand, places.centre))
    waiting = {name: np.flatnonzero(places.chrom == name) for name in np.unique(places.chrom).tolist()}
    for chain in read_chains(path):
        rows = waiting.get(chain.chrom, np.zeros(0, np.int64))
        positions = places.centre[rows]
        block = np.searchsorted(chain.starts, positions, "right") - 1
        offsets = positions - chain.starts[block]
        inside = (block >= 0) & (offsets < chain.sizes[block])
        lifted = rows[inside]
        chrom[lifted] = chain.other
        centres = chain.other_starts[block[inside]] + offsets[inside]
        if chain.strand == "-":
            centres = chain.other_length - 1 - centres
            strand[lifted] = np.where(places.strand[lifted] == "+", "-", "+")
        centre[lifted] = centres
        waiting[chain.chrom] = rows[~inside]
    mask = np.ones(len(places), bool)
    mask[np.concatenate([np.zeros(0, np.int64), *waiting.values()])] = False
    return Places(chrom, strand, centre)[mask], mask


def lift_sites(bed: Path, chains: Path, name: str, out: Path) -> None:
    """Lift the intervals of a gzipped BED6 by their centres, and write them as BED with another name.

    Sites are left out that the other assembly lacks, has on a contig of no known place, or has on the other strand.

    Parameters
    ----------
    bed : Path
        Intervals; contigs may lack "chr".
    chains : Path
        Chains from their assembly to the other one.
    name : str
        Name of all rows.
    out : Path
        BED file to write.
    """
    with gzip.open(bed, "rt") as lines:
        rows = [line.split() for line in lines]
    chrom = np.array([f"chr{row[0].removeprefix('chr')}" for row in rows], object)
    strand = np.array([row[5] for row in rows], object)
    start, end = (np.array([int(row[column]) for row in rows]) for column in (1, 2))
    lifted, mask = lift(Places(chrom, strand, (start + end) // 2), chains)
    columns = lifted.chrom, lifted.centre, (end - start)[mask], lifted.strand, strand[mask]
    placed = [
        (contig, max(centre - size // 2, 0), centre - size // 2 + size, name, 0, side)
        for contig, centre, size, side, before in zip(*(column.tolist() for column in columns), strict=True)
        if side == before and "_" not in contig
    ]
    with AtomicFile(out) as part:
        part.write_text("".join("\t".join(map(str, row)) + "\n" for row in sorted(placed)))
