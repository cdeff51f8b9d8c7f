"""Loci of windows: which are bound, and which hold windows that training must not read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.records.places import Places, group_by_strand
from ideep_scan.records.span import Span, Strand


def find_loci(places: Places, spans: Sequence[Span]) -> np.ndarray:
    """Find the locus of each place.

    Parameters
    ----------
    places : Places
        n positions.
    spans : sequence of Span
        The loci, as `scan.plan.plan_loci` yields them: disjoint on a strand.

    Returns
    -------
    np.ndarray
        Int64 (n,), index of the span; -1 for a place outside of all spans.
    """
    by_strand: dict[tuple[str, Strand], list[tuple[int, int, int]]] = {}
    for number, span in enumerate(spans):
        by_strand.setdefault((span.chrom, span.strand), []).append((span.start, span.end, number))
    loci = np.full(len(places), -1, np.int64)
    for strand, rows in group_by_strand(places.chrom, places.strand).items():
        if strand in by_strand:
            starts, ends, numbers = np.array(sorted(by_strand[strand]), np.int64).T
            before = np.maximum(np.searchsorted(starts, places.centre[rows], "right") - 1, 0)
            inside = (starts[before] <= places.centre[rows]) & (places.centre[rows] < ends[before])
            loci[rows] = np.where(inside, numbers[before], -1)
    return loci


def mark_loci(loci: np.ndarray, columns: np.ndarray, *, shape: tuple[int, int]) -> np.ndarray:
    """Mark the loci that hold a place of an experiment.

    Parameters
    ----------
    loci : np.ndarray
        Int64 (n,), locus of each place, as `find_loci` returns it.
    columns : np.ndarray
        Int64 (n,), experiment of each place.
    shape : tuple[int, int]
        Number of loci and number of experiments.

    Returns
    -------
    np.ndarray
        Bool (loci + 1, experiments). The last row is for places outside of all loci, and False.
    """
    marks = np.zeros((shape[0] + 1, shape[1]), bool)
    marks[loci, columns] = True
    marks[-1] = False
    return marks
