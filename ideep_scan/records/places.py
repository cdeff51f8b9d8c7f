"""Single positions to look at, in no order, and walks that hold the window of each. It touches no sequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand
from ideep_scan.records.walk import Walk


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where windows are centred: arrays of one length. `centre` is a 0-based genome position."""

    chrom: np.ndarray
    strand: np.ndarray
    centre: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)

    def __getitem__(self, rows: np.ndarray) -> Places:
        return Places(self.chrom[rows], self.strand[rows], self.centre[rows])


def window_walks(places: Places, window: int, most: int) -> Iterator[tuple[np.ndarray, Walk, np.ndarray]]:
    """Walks of one block per window, by contig, strand and position, of at most `most` windows.

    Yields
    ------
    rows : int64 array (n,), which of the places the walk holds; each is in exactly one walk.
    walk : their windows, which may overlap one another and reach past the ends of the contig.
    scored : int64 array (n,), index of each of `rows` in the walk, ascending.
    """
    order = np.lexsort((places.centre, places.strand, places.chrom))
    same = (places.chrom[order][1:] == places.chrom[order][:-1]) & (
        places.strand[order][1:] == places.strand[order][:-1]
    )
    for group in np.split(order, np.flatnonzero(~same) + 1):
        for first in range(0, len(group), most):
            rows = group[first : first + most]
            chrom, strand = str(places.chrom[rows[0]]), places.strand[rows[0]]
            walk, at = window_walk(chrom, strand, places.centre[rows], window)
            yield (rows, walk, at) if strand == "+" else (rows[::-1], walk, at[::-1].copy())


def window_walk(chrom: str, strand: Strand, centres: np.ndarray, window: int) -> tuple[Walk, np.ndarray]:
    """A walk of one block per window, and the index of each window's centre in it.

    Parameters
    ----------
    centres : int64 array (n,), ascending.

    Returns
    -------
    The walk, and int64 array (n,): where `centres[i]` stands on it (descending on the minus strand).
    """
    half = window // 2
    walk = Walk(chrom, strand, tuple((int(c) - half, int(c) - half + window) for c in centres))
    at = half + window * np.arange(len(centres), dtype=np.int64)
    return walk, at if strand == "+" else at[::-1].copy()
