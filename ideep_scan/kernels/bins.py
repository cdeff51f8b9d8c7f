"""The scored positions of a track, rounded, and what bins of them come to. It knows no contigs and no files."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def scored(values: np.ndarray, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """Values that are there, rounded half to even in double precision.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,), NaN = not scored.
    decimals : int
        Digits to keep behind the point.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Their indices, int64 array (m,), ascending, and they themselves, float32 array (m,).
    """
    count = 0
    for i in range(values.size):
        count += not np.isnan(values[i])
    at, rounded = np.empty(count, np.int64), np.empty(count, np.float32)
    scale, found = 10.0**decimals, 0
    for i in range(values.size):
        if not np.isnan(values[i]):
            at[found], rounded[found] = i, np.rint(np.float64(values[i]) * scale) / scale
            found += 1
    return at, rounded


@compiled()
def binned(
    positions: np.ndarray, values: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Values summed up in bins of `size` positions, from multiples of `size` on; no empty bins.

    Parameters
    ----------
    positions : np.ndarray
        Int64 array (n,), 0 or more, ascending.
    values : np.ndarray
        Float32 array (n,), no NaN.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
        Of each bin: its number (position // size) and how many values it holds, int64 arrays (bins,); the least and the
        greatest of them, their sum and the sum of their squares, float64 arrays (bins,).
    """
    count = 0
    for i in range(positions.size):
        count += i == 0 or positions[i] // size != positions[i - 1] // size
    number, valid = np.empty(count, np.int64), np.zeros(count, np.int64)
    least, most = np.empty(count, np.float64), np.empty(count, np.float64)
    total, squares = np.zeros(count, np.float64), np.zeros(count, np.float64)
    bin_ = -1
    for i in range(positions.size):
        own, value = positions[i] // size, np.float64(values[i])
        if bin_ < 0 or number[bin_] != own:
            bin_ += 1
            number[bin_], least[bin_], most[bin_] = own, value, value
        valid[bin_] += 1
        least[bin_], most[bin_] = min(least[bin_], value), max(most[bin_], value)
        total[bin_] += value
        squares[bin_] += value * value
    return number, valid, least, most, total, squares
