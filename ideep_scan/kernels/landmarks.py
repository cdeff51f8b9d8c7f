"""Signed distances to the nearest landmark and their cubic B-spline bases. Strand coordinates in, arrays out."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

MISSING = np.iinfo(np.int64).max


@compiled()
def nearest(line: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Signed distance from each position to its nearest landmark.

    Parameters
    ----------
    line : np.ndarray
        Int64 array (n,), positions in strand coordinates (genome position on plus, its negative on minus).
    landmarks : np.ndarray
        Int64 array (m,), landmark bases in strand coordinates, ascending.

    Returns
    -------
    np.ndarray
        Int64 array (n,): positive = the position lies downstream (3') of the landmark, 0 = on it; of two equally near
        the upstream one counts, on both strands.
        `MISSING` where there is no landmark (m = 0).
    """
    out = np.full(line.size, MISSING, np.int64)
    m = landmarks.size
    if m == 0:
        return out
    nearest_one, low, high = landmarks[0], MISSING, -MISSING  # which it is for all from `low` to `high`
    for i in range(line.size):
        here = line[i]
        if not low <= here <= high:
            at = np.searchsorted(landmarks, here, side="right")  # number of landmarks <= here
            at -= at == m or (at > 0 and here - landmarks[at - 1] <= landmarks[at] - here)
            nearest_one = landmarks[at]
            low = -MISSING if at == 0 else (landmarks[at - 1] + nearest_one) // 2 + 1
            high = MISSING if at == m - 1 else (nearest_one + landmarks[at + 1]) // 2
        out[i] = here - nearest_one
    return out


def spline_bases(distances: np.ndarray, reach: int, out: np.ndarray) -> np.ndarray:
    """Cubic B-spline bases, uniform on the signed logarithm of a distance.

    After Avsec et al. 2018 (Bioinformatics 34:1261): x = sign(d) log10(1 + |d|), uniform knots. Distances past
    `reach` count as `reach`. Whole distances up to there are few, so that the bases of each are worked out once.

    Parameters
    ----------
    distances : np.ndarray
        Int64 array (n,), nt;
        `MISSING` = no landmark.
    reach : int
        Largest distance told apart, nt.
    out : np.ndarray
        Float32 array (bases, n) of zeros, filled here: a basis function a row, at least 4.

    Returns
    -------
    np.ndarray
        `out`.
        Each column sums to 1, or is all 0 where the landmark is missing.
    """
    _look_up(distances, *_table(reach, len(out)), out)
    return out


@lru_cache(maxsize=4)
def _table(reach: int, bases: int) -> tuple[np.ndarray, np.ndarray]:
    """The first of the four bases that are not 0 at each distance from -reach to reach, and the values of the four."""
    return _tabulated(np.arange(-reach, reach + 1), reach, bases)


@compiled()
def _tabulated(distances: np.ndarray, reach: int, bases: int) -> tuple[np.ndarray, np.ndarray]:
    first, values = np.empty(distances.size, np.int64), np.empty((distances.size, 4), np.float32)
    limit = np.log10(1.0 + reach)
    intervals = bases - 3
    for i in range(distances.size):
        d = distances[i]
        x = np.log10(1.0 + abs(d))
        if d < 0:
            x = -x
        u = (min(max(x, -limit), limit) + limit) / (2.0 * limit) * intervals
        first[i] = min(int(u), intervals - 1)
        t = u - first[i]
        values[i, 0] = (1.0 - t) ** 3 / 6.0
        values[i, 1] = (3.0 * t**3 - 6.0 * t**2 + 4.0) / 6.0
        values[i, 2] = (-3.0 * t**3 + 3.0 * t**2 + 3.0 * t + 1.0) / 6.0
        values[i, 3] = t**3 / 6.0
    return first, values


@compiled()
def _look_up(distances: np.ndarray, first: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    reach = first.size // 2
    for i in range(distances.size):
        d = distances[i]
        if d != MISSING:
            at = min(max(d, -reach), reach) + reach
            row = first[at]
            out[row, i], out[row + 1, i] = values[at, 0], values[at, 1]
            out[row + 2, i], out[row + 3, i] = values[at, 2], values[at, 3]
