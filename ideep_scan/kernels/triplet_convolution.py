"""The first convolution of a network over one-hot bases, looked up by triplets instead of multiplied, with pooling.

Three neighbouring bases are one of 125 triplets.
The sum that a triplet adds to every filter is computed once per network.
A position of the convolution is the sum of a few rows of these tables, equal to the product apart from rounding.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN

LETTERS = UNKNOWN + 1
WIDE = 3  # bases looked up together


def compute_triplet_tables(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Compute the sum that each triplet adds to every filter, in double precision.

    Parameters
    ----------
    weight : np.ndarray
        Array (filters, 4, taps), for the channels A C G U.
    bias : np.ndarray
        Array (filters,).

    Returns
    -------
    np.ndarray
        Array (ceil(taps / 3), 125, filters) in the precision of `weight`: part, triplet, filter.
        A triplet is 25 x the first base + 5 x the second + the third, as codes.
        The first part includes the bias; taps after the last one add 0.
    """
    filters, _, taps = weight.shape
    parts = -(-taps // WIDE)
    by_base = np.zeros((parts * WIDE, LETTERS, filters))
    by_base[:taps, :UNKNOWN] = weight.transpose(2, 1, 0)
    by_base[:taps, UNKNOWN] = 0.25 * weight.astype(np.float64).sum(1).T
    first, second, third = (by_base[tap::WIDE] for tap in range(WIDE))
    tables = first[:, :, None, None] + second[:, None, :, None] + third[:, None, None, :]
    tables[0] += bias
    return np.ascontiguousarray(tables.reshape(parts, LETTERS**WIDE, filters), weight.dtype)


@compiled()
def convolve_and_pool(codes: np.ndarray, tables: np.ndarray, taps: int, pool: int) -> np.ndarray:
    """Compute the convolution, ReLU, and the highest of `pool` neighbours from each position on.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), 0-4.
    tables : np.ndarray
        Tables from `compute_triplet_tables`, for `taps` taps.
    taps : int
        Width of a filter.
    pool : int
        Width of the pooling, 1 or more.

    Returns
    -------
    np.ndarray
        Array (length - taps + 1 - pool + 1, filters), a row per position; empty if the sequence is too short.
    """
    parts, _, filters = tables.shape
    positions = max(codes.size - taps + 1, 0)
    out = np.empty((max(positions - pool + 1, 0), filters), tables.dtype)
    triplet = _find_triplets(codes, positions + (parts - 1) * WIDE)
    recent, zero = np.empty((pool, filters), tables.dtype), tables.dtype.type(0)
    for i in range(positions):
        row, first = recent[i % pool], tables[0, triplet[i]]
        for f in range(filters):
            row[f] = first[f]
        for part in range(1, parts):
            addend = tables[part, triplet[i + WIDE * part]]
            for f in range(filters):
                row[f] += addend[f]
        if i >= pool - 1:
            highest = out[i - pool + 1]
            for f in range(filters):
                highest[f] = zero
            for neighbour in range(0, pool, 2):  # two rows at a time, so that the compiler vectorises the loop
                left, right = recent[neighbour], recent[min(neighbour + 1, pool - 1)]
                for f in range(filters):
                    highest[f] = max(max(highest[f], left[f]), max(right[f], zero))
    return out


@compiled()
def convolve_and_pool_windows(
    codes: np.ndarray, starts: np.ndarray, tables: np.ndarray, taps: int, pool: int, columns: int
) -> np.ndarray:
    """Compute the convolution, ReLU and pooling of single windows; their pools do not overlap.

    The values are those of `convolve_and_pool` at every `pool`-th position of a window.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), 0-4.
    starts : np.ndarray
        Int64 array (n,), the first position of each window.
    tables : np.ndarray
        Tables from `compute_triplet_tables`, for `taps` taps.
    taps : int
        Width of a filter.
    pool : int
        Width of the pooling, 1 or more.
    columns : int
        Pools of a window; it has `columns * pool + taps - 1` positions or more.

    Returns
    -------
    np.ndarray
        Array (columns, n, filters).
    """
    parts, _, filters = tables.shape
    out = np.empty((columns, starts.size, filters), tables.dtype)
    row, zero = np.empty(filters, tables.dtype), tables.dtype.type(0)
    for window in range(starts.size):
        letters = codes[starts[window] : starts[window] + columns * pool + taps - 1]
        triplet = _find_triplets(letters, columns * pool + (parts - 1) * WIDE)
        for column in range(columns):
            highest = out[column, window]
            for f in range(filters):
                highest[f] = zero
            for i in range(column * pool, (column + 1) * pool):
                first = tables[0, triplet[i]]
                for f in range(filters):
                    row[f] = first[f]
                for part in range(1, parts):
                    addend = tables[part, triplet[i + WIDE * part]]
                    for f in range(filters):
                        row[f] += addend[f]
                for f in range(filters):
                    highest[f] = max(highest[f], row[f])
    return out


@compiled()
def _find_triplets(codes: np.ndarray, count: int) -> np.ndarray:
    """Find the triplets that begin at the first `count` positions; bases beyond the end are unknown."""
    triplet = np.zeros(count, np.int64)
    for i in range(count):
        for k in range(WIDE):
            base = codes[i + k] if i + k < codes.size else UNKNOWN
            triplet[i] = triplet[i] * LETTERS + base
    return triplet
