"""Moving average of log odds."""

from __future__ import annotations

import math

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

NEAREST = 2.0**-24  # distance from 0 or 1 to which scores are clipped; float32 has no value in between
_UNIT = 2.0**20  # log odds are added as whole numbers of 1 / _UNIT: a sum does not depend on its order


@compiled()
def _smooth_stretch(values: np.ndarray, half: int, out: np.ndarray) -> None:
    """Smooth scores between two long gaps into `out`, which is NaN."""
    size = values.size
    units = np.zeros(size, np.int64)
    for i in range(size):
        if not math.isnan(values[i]):
            score = min(max(float(values[i]), NEAREST), 1 - NEAREST)
            units[i] = round(math.log(score / (1 - score)) * _UNIT)
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
        if not math.isnan(values[i]):
            out[i] = 1 / (1 + math.exp(-total / (count * _UNIT)))


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
    out = np.full(values.size, np.nan, np.float32)
    start, end = -1, -1  # of the scored positions that are at most `half` apart; -1: none
    for i in range(values.size):
        if not math.isnan(values[i]):
            if start >= 0 and i - end >= half:
                _smooth_stretch(values[start:end], half, out[start:end])
                start = i
            elif start < 0:
                start = i
            end = i + 1
    if start >= 0:
        _smooth_stretch(values[start:end], half, out[start:end])
    return out
