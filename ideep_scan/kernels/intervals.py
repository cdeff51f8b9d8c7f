"""Algebra of intervals on one contig: union and membership. It knows no contigs, strands or files.

All intervals are 0-based and half-open; an interval whose end is not beyond its start is empty and covers nothing.
"""

from __future__ import annotations

import numpy as np


def merge(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Union of intervals: sorted, disjoint, none empty, and never touching one another.

    Parameters
    ----------
    starts, ends : np.ndarray
        Integer arrays (n,), in any order; intervals that overlap or touch are joined.

    Returns
    -------
    starts, ends
        Int64 arrays (m,), m <= n, both ascending, `ends[i] < starts[i + 1]`.
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


def covered(starts: np.ndarray, ends: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Whether each position lies in one of the intervals.

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
    """
    if not starts.size:
        return np.zeros(positions.shape, bool)
    before = np.searchsorted(starts, positions, side="right") - 1
    return (before >= 0) & (positions < ends[before])
