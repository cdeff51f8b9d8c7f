"""Runs of high scores and their summits, within one array.

`scan/site_caller.py` joins runs across arrays.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def find_peaks(
    values: np.ndarray, threshold: np.float32, gap: int, last: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find runs of scores at or above a threshold, merged over gaps.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,); NaN means "not scored" and counts as below the threshold.
    threshold : np.float32
        The lowest score in a run.
    gap : int
        Runs with at most this many positions between them are joined.
    last : bool
        Take the last of several equal summits instead of the first.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Starts, ends (half-open) and summits (index of the highest value), int64 arrays (peaks,), ascending.
    """
    limit = values.size // (gap + 2) + 1
    starts, ends, summits = np.empty(limit, np.int64), np.empty(limit, np.int64), np.empty(limit, np.int64)
    peak = -1
    for i in range(values.size):
        if not values[i] >= threshold:
            continue
        if peak < 0 or i - ends[peak] > gap:
            peak += 1
            starts[peak], summits[peak] = i, i
        ends[peak] = i + 1
        best = values[summits[peak]]
        if values[i] > best or (last and values[i] == best):
            summits[peak] = i
    return starts[: peak + 1], ends[: peak + 1], summits[: peak + 1]
