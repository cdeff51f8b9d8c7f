"""Scores of a track, rounded, and their summaries in bins."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def round_values(values: np.ndarray, decimals: int) -> np.ndarray:
    """Round values half to even in double precision.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,); NaN stays NaN.
    decimals : int
        Digits after the decimal point.

    Returns
    -------
    np.ndarray
        Float32 array (n,).
    """
    rounded, scale = np.empty(values.size, np.float32), 10.0**decimals
    for i in range(values.size):
        rounded[i] = np.rint(np.float64(values[i]) * scale) / scale
    return rounded


@compiled()
def list_scored(values: np.ndarray, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """List the scored positions of a track and their values, rounded half to even in double precision.

    Parameters
    ----------
    values : np.ndarray
        Float32 array (n,); NaN means "not scored".
    decimals : int
        Digits after the decimal point.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Indices, int64 array (m,), ascending, and rounded values, float32 array (m,).
    """
    count = 0
    for i in range(values.size):
        count += not np.isnan(values[i])
    indices, rounded = np.empty(count, np.int64), np.empty(count, np.float32)
    scale, row = 10.0**decimals, 0
    for i in range(values.size):
        if not np.isnan(values[i]):
            indices[row], rounded[row] = i, np.rint(np.float64(values[i]) * scale) / scale
            row += 1
    return indices, rounded


@compiled()
def summarise_bins(
    positions: np.ndarray, values: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Summarise values in bins of `size` positions; empty bins are left out.

    Parameters
    ----------
    positions : np.ndarray
        Int64 array (n,), 0 or more, ascending.
    values : np.ndarray
        Float32 array (n,), without NaN.
    size : int
        Positions per bin; the first bin begins at 0.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
        Number of each bin (position // size) and count of its values, int64 arrays (bins,).
        Minimum, maximum, sum and sum of squares of its values, float64 arrays (bins,).
    """
    count, bin_end = 0, np.int64(0)
    for i in range(positions.size):
        if positions[i] >= bin_end:
            count, bin_end = count + 1, (positions[i] // size + 1) * size
    number, counts = np.empty(count, np.int64), np.zeros(count, np.int64)
    minimum, maximum = np.empty(count, np.float64), np.empty(count, np.float64)
    total, squares = np.zeros(count, np.float64), np.zeros(count, np.float64)
    row, bin_end = -1, np.int64(0)
    for i in range(positions.size):
        value = np.float64(values[i])
        if positions[i] >= bin_end:
            row += 1
            number[row], minimum[row], maximum[row] = positions[i] // size, value, value
            bin_end = (number[row] + 1) * size
        counts[row] += 1
        minimum[row], maximum[row] = min(minimum[row], value), max(maximum[row], value)
        total[row] += value
        squares[row] += value * value
    return number, counts, minimum, maximum, total, squares
