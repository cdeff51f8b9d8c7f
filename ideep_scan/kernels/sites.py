"""Summits of scores by non-maximum suppression, and the positions that belong to each.

`scan/site_caller.py` calls sites across arrays.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def find_sites(
    values: np.ndarray, threshold: np.float32, reach: int, last: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find sites: summits, and around each the positions at or above a threshold.

    The highest value is a summit; it suppresses the values within `reach` positions of it.
    The highest value of those that are left is the next summit, and so on.
    A position at the threshold belongs to the nearest summit, the first of two equally near ones.
    So a higher threshold keeps the summits that reach it.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,); NaN means "not scored" and counts as below the threshold.
    threshold : np.float32
        The lowest value in a site.
    reach : int
        Summits are more than this many positions apart.
    last : bool
        "First" means the last in the array: 5'→3' on the minus strand.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Starts, ends (half-open) and summits, int64 arrays (sites,), ascending.
        Starts and ends are the first and last position of the site.
    """
    positions = np.flatnonzero(values >= threshold)
    if last:
        positions = positions[::-1]
    order = np.argsort(-values[positions], kind="mergesort")  # stable
    is_free, is_summit = np.ones(positions.size, np.bool_), np.zeros(positions.size, np.bool_)
    for candidate in order:
        if is_free[candidate]:
            is_summit[candidate] = True
            for step in (-1, 1):
                neighbour = candidate + step
                while 0 <= neighbour < positions.size and abs(positions[neighbour] - positions[candidate]) <= reach:
                    is_free[neighbour] = False
                    neighbour += step
    summits = positions[is_summit]
    starts, ends = summits.copy(), summits + 1
    site = 0
    for position in positions:
        while site + 1 < summits.size and abs(summits[site + 1] - position) < abs(summits[site] - position):
            site += 1
        starts[site] = min(starts[site], position)
        ends[site] = max(ends[site], position + 1)
    return (starts[::-1], ends[::-1], summits[::-1]) if last else (starts, ends, summits)
