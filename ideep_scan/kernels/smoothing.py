"""Moving average of log odds."""

from __future__ import annotations

import math

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

NEAREST = 2.0**-24  # distance from 0 or 1 to which scores are clipped; float32 has no value in between
_UNIT = 2.0**20  # log odds are added as whole numbers of 1 / _UNIT: a sum does not depend on its order


@compiled()
def smooth_scores(values: np.ndarray, half: int) -> np.ndarray:
    """Average the log odds of scores over the positions around each one.

    The result at a position depends on the scores within `half` positions only, to the last bit.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,), scores, 0 to 1; NaN means "not scored".
    half : int
        Positions on each side; those that are not scored or outside of the array are left out.

    Returns
    -------
    np.ndarray
        Float32 array (n,), the score with the mean log odds; NaN where the position itself is not scored.
    """
    size = values.size
    units = np.zeros(size, np.int64)
    for i in range(size):
        if not math.isnan(values[i]):
            score = min(max(float(values[i]), NEAREST), 1 - NEAREST)
            units[i] = round(math.log(score / (1 - score)) * _UNIT)
    out = np.empty(size, np.float32)
    total, count = 0, 0
    for i in range(min(half, size)):
        if not math.isnan(values[i]):
            total += units[i]
            count += 1
    for i in range(size):
        last, first = i + half, i - half - 1
        if last < size and not math.isnan(values[last]):
            total += units[last]
            count += 1
        if first >= 0 and not math.isnan(values[first]):
            total -= units[first]
            count -= 1
        out[i] = np.nan if math.isnan(values[i]) else 1 / (1 + math.exp(-total / (count * _UNIT)))
    return out
