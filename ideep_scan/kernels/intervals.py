"""Algebra of intervals on one contig: union, membership, overlap and positions inside.

All intervals are 0-based and half-open.
An interval whose end is not after its start is empty.
"""

from __future__ import annotations

import numpy as np


def merge(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute the union of intervals; those that overlap or touch are joined.

    Parameters
    ----------
    starts, ends : np.ndarray
        Integer arrays (n,), in any order.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Starts and ends, int64 arrays (m,), m <= n, both ascending, with `ends[i] < starts[i + 1]`.

    Examples
    --------
    >>> merge(np.array([5, 0, 3]), np.array([9, 2, 5]))
    (array([0, 3]), array([2, 9]))
    """
    starts, ends = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
    filled = starts < ends
    starts, ends = starts[filled], ends[filled]
    if not starts.size:
        return starts, ends
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    gap = starts[1:] > reach[:-1]
    return starts[np.append(True, gap)], reach[np.append(gap, True)]


def mark_covered(starts: np.ndarray, ends: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Tell whether each position is in one of the intervals.

    Parameters
    ----------
    starts, ends : np.ndarray
        Int64 arrays (m,), as `merge` returns them: sorted and disjoint.
    positions : np.ndarray
        Integer array (n,), in any order.

    Returns
    -------
    np.ndarray
        Bool array (n,).

    Examples
    --------
    >>> mark_covered(np.array([0, 3]), np.array([2, 9]), np.array([1, 2, 3]))
    array([ True, False,  True])
    """
    if not starts.size:
        return np.zeros(positions.shape, bool)
    before = np.searchsorted(starts, positions, side="right") - 1
    return (before >= 0) & (positions < ends[before])


def overlaps(
    starts: np.ndarray, ends: np.ndarray, longest: int, query_starts: np.ndarray, query_ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair each query with the intervals that share a base with it.

    An empty query is the gap before its start: it overlaps the intervals with bases on both sides of the gap.

    Parameters
    ----------
    starts, ends : np.ndarray
        Int64 arrays (m,), intervals that are not empty, sorted by start. They may overlap each other.
    longest : int
        Length of the longest interval.
    query_starts, query_ends : np.ndarray
        Int64 arrays (n,), in any order.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Index of the query and index of the interval, int64 arrays (k,), sorted by query, then by interval.

    Examples
    --------
    >>> overlaps(np.array([0, 4]), np.array([6, 8]), 6, np.array([5, 8]), np.array([7, 9]))
    (array([0, 0]), array([0, 1]))
    """
    first = np.searchsorted(starts, query_starts - longest, side="right")
    counts = np.maximum(np.searchsorted(starts, query_ends, side="left") - first, 0)
    queries = np.repeat(np.arange(len(counts)), counts)
    begins = np.cumsum(counts) - counts
    intervals = np.arange(len(queries)) + (first - begins)[queries]
    shared = ends[intervals] > query_starts[queries]
    return queries[shared], intervals[shared]


def pair_positions(starts: np.ndarray, ends: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair each interval with the positions inside it.

    Parameters
    ----------
    starts, ends : np.ndarray
        Integer arrays (m,), intervals in any order. They may overlap each other.
    positions : np.ndarray
        Integer array (n,), ascending; may repeat.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Index of the interval and index of the position, int64 arrays (k,), sorted by interval, then by position.

    Examples
    --------
    >>> pair_positions(np.array([4, 0]), np.array([9, 6]), np.array([1, 5, 9]))
    (array([0, 1, 1]), array([1, 0, 1]))
    """
    first = np.searchsorted(positions, starts)
    counts = np.maximum(np.searchsorted(positions, ends) - first, 0)
    intervals = np.repeat(np.arange(len(counts)), counts)
    begins = np.cumsum(counts) - counts
    return intervals, np.arange(len(intervals)) + (first - begins)[intervals]
