"""Positions at which windows are centred, and walks through these windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand
from ideep_scan.records.walk import Walk


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Centres of windows, as arrays of one length.

    Attributes
    ----------
    chrom : np.ndarray
        object array (n,): names of contigs.
    strand : np.ndarray
        object array (n,): "+" or "-".
    centre : np.ndarray
        int64 array (n,): 0-based genome positions.
    """

    chrom: np.ndarray
    strand: np.ndarray
    centre: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)

    def __getitem__(self, rows: np.ndarray) -> Places:
        return Places(self.chrom[rows], self.strand[rows], self.centre[rows])


def concatenate_places(parts: Sequence[Places]) -> Places:
    """Join lists of places end to end; there is at least one."""
    return Places(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("chrom", "strand", "centre")))


def group_by_strand(chrom: np.ndarray, strand: np.ndarray) -> dict[tuple[str, Strand], np.ndarray]:
    """Group rows by contig and strand.

    Parameters
    ----------
    chrom, strand : np.ndarray
        Object arrays (n,), as in `Places`.

    Returns
    -------
    dict[tuple[str, Strand], np.ndarray]
        By contig and strand, int64 indices of the rows, ascending.

    Examples
    --------
    >>> group_by_strand(np.array(["chr1", "chr2", "chr1"], object), np.array(["+", "+", "+"], object))
    {('chr1', '+'): array([0, 2]), ('chr2', '+'): array([1])}
    """
    numbers: dict[tuple[str, Strand], int] = {}
    pairs = zip(chrom.tolist(), strand.tolist(), strict=True)
    groups = np.fromiter((numbers.setdefault(pair, len(numbers)) for pair in pairs), np.int64, len(chrom))
    ends = np.cumsum(np.bincount(groups, minlength=len(numbers)))
    return dict(zip(numbers, np.split(np.argsort(groups, kind="stable"), ends[:-1]), strict=False))


def build_window_walks(places: Places, window: int, max_windows: int) -> Iterator[tuple[np.ndarray, Walk, np.ndarray]]:
    """Build walks with one block per window, grouped by contig and strand.

    Parameters
    ----------
    places : Places
        Centres of the windows, in any order.
    window : int
        Width of the windows in nt.
    max_windows : int
        Highest number of windows in a walk.

    Yields
    ------
    rows : np.ndarray
        int64 array (n,): indices of the places in this walk. Each place is in exactly one walk.
    walk : Walk
        The windows. They may overlap, and may reach past the ends of the contig.
    scored : np.ndarray
        int64 array (n,): index of the centre of each of `rows` in the walk, ascending.
    """
    order = np.lexsort((places.centre, places.strand, places.chrom))
    is_same_group = (places.chrom[order][1:] == places.chrom[order][:-1]) & (
        places.strand[order][1:] == places.strand[order][:-1]
    )
    for group in np.split(order, np.flatnonzero(~is_same_group) + 1):
        for first in range(0, len(group), max_windows):
            rows = group[first : first + max_windows]
            chrom, strand = str(places.chrom[rows[0]]), places.strand[rows[0]]
            walk, scored = build_window_walk(chrom, strand, places.centre[rows], window)
            yield (rows, walk, scored) if strand == "+" else (rows[::-1], walk, scored[::-1].copy())


def build_window_walk(chrom: str, strand: Strand, centres: np.ndarray, window: int) -> tuple[Walk, np.ndarray]:
    """Build a walk with one block per window.

    Parameters
    ----------
    chrom : str
        Name of the contig.
    strand : Strand
        Strand of the walk.
    centres : np.ndarray
        int64 array (n,): 0-based genome positions, ascending.
    window : int
        Width of the windows in nt.

    Returns
    -------
    walk : Walk
        The windows in genome order.
    scored : np.ndarray
        int64 array (n,): index of each centre in the walk; descending on the minus strand.

    Examples
    --------
    >>> walk, scored = build_window_walk("chr1", "+", np.array([10, 20]), 3)
    >>> walk.blocks, scored.tolist()
    (((9, 12), (19, 22)), [1, 4])
    """
    half = window // 2
    walk = Walk(chrom, strand, tuple((int(centre) - half, int(centre) - half + window) for centre in centres))
    scored = half + window * np.arange(len(centres), dtype=np.int64)
    return walk, scored if strand == "+" else scored[::-1].copy()
