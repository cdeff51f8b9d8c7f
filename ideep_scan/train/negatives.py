"""Positions of transcripts without a site: in transcripts with sites, and in transcripts without."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.records.places import Places, group_by_strand
from ideep_scan.records.span import Span

AWAY = 100  # nt, the least distance of a position without a site from every given interval
_ROUNDS = 12
_LEAST_RATE = 0.02  # share of usable positions that the number of draws allows for
_SPARE = 1.2
Usable = Callable[[Places], np.ndarray]


class Surroundings:
    """Given intervals of sites with everything within `AWAY` nt of them.

    Parameters
    ----------
    sites : Places
        Contig and strand of n intervals.
    starts, ends : np.ndarray
        Int64 (n,), 0-based half-open.
    """

    def __init__(self, sites: Places, starts: np.ndarray, ends: np.ndarray):
        groups = group_by_strand(sites.chrom, sites.strand)
        self._merged = {key: merge(starts[rows] - AWAY, ends[rows] + AWAY) for key, rows in groups.items()}

    def cover(self, places: Places) -> np.ndarray:
        """Mark the places within `AWAY` nt of an interval of their strand: bool (n,)."""
        marks = np.zeros(len(places), bool)
        for key, rows in group_by_strand(places.chrom, places.strand).items():
            if key in self._merged:
                marks[rows] = mark_covered(*self._merged[key], places.centre[rows])
        return marks

    def touch(self, loci: Sequence[Span]) -> np.ndarray:
        """Mark the loci that share a position with an interval or its surroundings: bool (loci,)."""
        marks = np.zeros(len(loci), bool)
        for number, locus in enumerate(loci):
            starts, ends = self._merged.get((locus.chrom, locus.strand), (None, None))
            if starts is not None and ends is not None:
                first = np.searchsorted(ends, locus.start, "right")
                marks[number] = first < len(starts) and starts[first] < locus.end
        return marks


def draw_positions(
    loci: Sequence[Span], wanted: np.ndarray, usable: Usable, rng: np.random.Generator
) -> tuple[Places, np.ndarray]:
    """Draw positions from loci, each at most once.

    Parameters
    ----------
    loci : sequence of Span
        The loci.
    wanted : np.ndarray
        Int64 (loci,), number of positions in each.
    usable : callable
        Marks places that can be used.
    rng : Generator
        Source of random numbers.

    Returns
    -------
    places : Places
        The positions by locus and position; fewer where a locus has not enough that are usable.
    locus : np.ndarray
        Int64, index of the locus of each.
    """
    starts = np.array([locus.start for locus in loci], np.int64)
    lengths = np.array([len(locus) for locus in loci], np.int64)
    missing = np.where(lengths > 0, wanted, 0)
    drawn = np.zeros((0, 2), np.int64)
    rate = 1.0
    for _ in range(_ROUNDS):
        if not missing.any():
            break
        numbers = np.repeat(np.arange(len(loci)), np.ceil(missing * _SPARE / max(rate, _LEAST_RATE)).astype(np.int64))
        centres = starts[numbers] + rng.integers(0, lengths[numbers])
        fresh = np.unique(np.column_stack([numbers, centres]), axis=0)
        fresh = fresh[usable(_make_places(loci, fresh))]
        rate = len(fresh) / len(numbers)
        drawn = np.concatenate([drawn, _choose(_remove(fresh, drawn), missing, rng)])
        missing = np.where(lengths > 0, wanted, 0) - np.bincount(drawn[:, 0], minlength=len(loci))
    drawn = drawn[np.lexsort(drawn.T[::-1])]
    return _make_places(loci, drawn), drawn[:, 0]


def draw_anywhere(
    loci: Sequence[Span], total: int, usable: Usable, rng: np.random.Generator
) -> tuple[Places, np.ndarray]:
    """Draw positions from all loci together, each at most once. A longer locus gets more.

    Parameters
    ----------
    loci : sequence of Span
        The loci.
    total : int
        Number of positions.
    usable : callable
        Marks places that can be used.
    rng : Generator
        Source of random numbers.

    Returns
    -------
    places : Places
        The positions by locus and position; fewer where not enough are usable.
    locus : np.ndarray
        Int64, index of the locus of each.
    """
    ends = np.cumsum([len(locus) for locus in loci], dtype=np.int64)
    starts = np.array([locus.start for locus in loci], np.int64)
    drawn = np.zeros((0, 2), np.int64)
    rate = 1.0
    for _ in range(_ROUNDS if len(loci) else 0):
        missing = total - len(drawn)
        if missing <= 0:
            break
        offsets = rng.integers(0, ends[-1], int(np.ceil(missing * _SPARE / max(rate, _LEAST_RATE))))
        numbers = np.searchsorted(ends, offsets, "right")
        centres = starts[numbers] + offsets - np.append(0, ends)[numbers]
        fresh = np.unique(np.column_stack([numbers, centres]), axis=0)
        fresh = fresh[usable(_make_places(loci, fresh))]
        rate = len(fresh) / len(offsets)
        fresh = _remove(fresh, drawn)
        drawn = np.concatenate([drawn, fresh[rng.permutation(len(fresh))[:missing]]])
    drawn = drawn[np.lexsort(drawn.T[::-1])]
    return _make_places(loci, drawn), drawn[:, 0]


def _make_places(loci: Sequence[Span], rows: np.ndarray) -> Places:
    """Make places from indices of loci and positions."""
    chrom = np.array([locus.chrom for locus in loci], object)
    strand = np.array([locus.strand for locus in loci], object)
    return Places(chrom[rows[:, 0]], strand[rows[:, 0]], rows[:, 1])


def _remove(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Remove rows that are among the others."""
    known = set(map(tuple, others.tolist()))
    return rows[[tuple(row) not in known for row in rows.tolist()]] if known else rows


def _choose(rows: np.ndarray, missing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose at random as many rows of each locus as are missing."""
    rows = rows[np.lexsort((rng.random(len(rows)), rows[:, 0]))]
    ranks = np.arange(len(rows)) - np.searchsorted(rows[:, 0], rows[:, 0])
    return rows[ranks < missing[rows[:, 0]]]
