"""Sum up how many intervals cover each position of a contig. It knows no contigs, strands or files."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Depth(NamedTuple):
    """Positions covered by at least one interval, and the depth at them: least, greatest, sum, sum of squares."""

    covered: int
    least: int
    greatest: int
    total: int
    squares: int

    def __or__(self, other: Depth) -> Depth:
        """Join the summaries of two contigs."""
        if not self.covered or not other.covered:
            return self if self.covered else other
        return Depth(
            self.covered + other.covered,
            min(self.least, other.least),
            max(self.greatest, other.greatest),
            self.total + other.total,
            self.squares + other.squares,
        )


NO_DEPTH = Depth(0, 0, 0, 0, 0)


def list_depths(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the covered runs of equal depth.

    Parameters
    ----------
    starts, ends : np.ndarray
        Integer arrays (n,), in any order, 0-based and half-open; intervals may overlap.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Start, end and depth of each run, int64 arrays (m,), rising; neighbouring runs may have equal depth.

    Examples
    --------
    >>> [column.tolist() for column in list_depths(np.array([5, 7]), np.array([9, 8]))]
    [[5, 7, 8], [7, 8, 9], [1, 2, 1]]
    """
    positions = np.concatenate([starts, ends]).astype(np.int64)
    steps = np.concatenate([np.ones(len(starts), np.int64), np.full(len(ends), -1, np.int64)])
    order = np.argsort(positions, kind="stable")
    bounds, depths = positions[order], np.cumsum(steps[order])[:-1]
    filled = (np.diff(bounds) > 0) & (depths > 0)
    return bounds[:-1][filled], bounds[1:][filled], depths[filled]


def sum_depth(starts: np.ndarray, ends: np.ndarray) -> Depth:
    """Sum up the depth of intervals on one contig.

    Parameters
    ----------
    starts, ends : np.ndarray
        Integer arrays (n,), in any order, 0-based and half-open; intervals may overlap.

    Returns
    -------
    Depth
        `NO_DEPTH` if nothing is covered.

    Examples
    --------
    >>> sum_depth(np.array([5, 7]), np.array([9, 8]))
    Depth(covered=4, least=1, greatest=2, total=5, squares=7)
    """
    run_starts, run_ends, depths = list_depths(starts, ends)
    lengths = run_ends - run_starts
    if not lengths.size:
        return NO_DEPTH
    total, squares = int((lengths * depths).sum()), int((lengths * depths * depths).sum())
    return Depth(int(lengths.sum()), int(depths.min()), int(depths.max()), total, squares)
