"""The first convolution of a network over one-hot bases: looked up by threes instead of multiplied, and pooled.

Three bases in a row are one of 125 triplets; what each adds to every filter is worked out once for a network, and a
position of the convolution is the sum of a few rows of those tables. Equal to the multiplied one to rounding.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN

LETTERS = UNKNOWN + 1
WIDE = 3  # bases looked up together


def triplet_tables(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """What each triplet adds, worked out in double precision.

    Parameters
    ----------
    weight : np.ndarray
        (filters, 4, taps), of the channels A C G U.
    bias : np.ndarray
        (filters,).

    Returns
    -------
    np.ndarray
        (ceil(taps / 3), 125, filters) in the precision of `weight`: part, triplet (25 x the first base + 5 x the second
        + the third, as codes), filter.
        The bias is in the first part; taps beyond the last add nothing.
    """
    filters, _, taps = weight.shape
    parts = -(-taps // WIDE)
    of_base = np.zeros((parts * WIDE, LETTERS, filters))
    of_base[:taps, :UNKNOWN] = weight.transpose(2, 1, 0)
    of_base[:taps, UNKNOWN] = 0.25 * weight.astype(np.float64).sum(1).T
    first, second, third = (of_base[at::WIDE] for at in range(WIDE))
    tables = first[:, :, None, None] + second[:, None, :, None] + third[:, None, None, :]
    tables[0] += bias
    return np.ascontiguousarray(tables.reshape(parts, LETTERS**WIDE, filters), weight.dtype)


@compiled()
def highest_sums(codes: np.ndarray, tables: np.ndarray, taps: int, pool: int) -> np.ndarray:
    """The convolution, ReLU, and the highest of `pool` neighbours from each position on.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), 0-4.
    tables : np.ndarray
        As `triplet_tables` gives them, for `taps` taps.
    pool : int
        1 or more.

    Returns
    -------
    np.ndarray
        (length - taps + 1 - pool + 1, filters): a row per position, none where the sequence is too short.
    """
    parts, _, filters = tables.shape
    places = max(codes.size - taps + 1, 0)
    out = np.empty((max(places - pool + 1, 0), filters), tables.dtype)
    triplet = np.zeros(places + (parts - 1) * WIDE, np.int64)
    for i in range(triplet.size):
        for at in range(WIDE):
            base = codes[i + at] if i + at < codes.size else UNKNOWN
            triplet[i] = triplet[i] * LETTERS + base
    recent, zero = np.empty((pool, filters), tables.dtype), tables.dtype.type(0)
    for i in range(places):
        row, first = recent[i % pool], tables[0, triplet[i]]
        for f in range(filters):
            row[f] = first[f]
        for part in range(1, parts):
            more = tables[part, triplet[i + WIDE * part]]
            for f in range(filters):
                row[f] += more[f]
        if i >= pool - 1:
            highest = out[i - pool + 1]
            for f in range(filters):
                highest[f] = zero
            for one in range(0, pool, 2):  # two more rows at a time: of one alone the compiler makes no vectors
                left, right = recent[one], recent[min(one + 1, pool - 1)]
                for f in range(filters):
                    highest[f] = max(max(highest[f], left[f]), max(right[f], zero))
    return out
