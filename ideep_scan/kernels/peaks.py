"""Find stretches of high scores and their summits. Stretches across arrays are joined in `scan/site_caller.py`."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def peaks(values: np.ndarray, threshold: np.float32, gap: int, last: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stretches of scores at or above a threshold, merged over gaps.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,), NaN = not scored (below any threshold).
    threshold : np.float32
        The score from which on a position belongs to a stretch.
    gap : int
        Stretches with at most this many positions between them are one.
    last : bool
        Which of several equal summits is taken, the last or the first of the array.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Starts, ends (half-open) and summits (index of the highest value): three int64 arrays (peaks,), ascending.
    """
    most = values.size // (gap + 2) + 1
    starts, ends, summits = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
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
