"""Signed distances to the nearest landmark and their cubic B-spline bases. Strand coordinates in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit

MISSING = np.iinfo(np.int64).max


@njit(cache=True, nogil=True)
def nearest(line: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Signed distance from each position to its nearest landmark.

    Parameters
    ----------
    line : int64 array (n,), positions in strand coordinates (genome position on plus, its negative on minus).
    landmarks : int64 array (m,), landmark bases in strand coordinates, ascending.

    Returns
    -------
    int64 array (n,): positive = the position lies downstream (3') of the landmark, 0 = on it; of two equally
    near the upstream one counts, on both strands. `MISSING` where there is no landmark (m = 0).
    """
    out = np.empty(line.size, np.int64)
    m = landmarks.size
    at = 0  # number of landmarks <= the position; neighbours in `line` mostly share it
    for i in range(line.size):
        here = line[i]
        if m == 0:
            out[i] = MISSING
            continue
        if not ((at == 0 or landmarks[at - 1] <= here) and (at == m or landmarks[at] > here)):
            at = np.searchsorted(landmarks, here, side="right")
        if at == 0:
            out[i] = here - landmarks[0]
        elif at == m or here - landmarks[at - 1] <= landmarks[at] - here:
            out[i] = here - landmarks[at - 1]
        else:
            out[i] = here - landmarks[at]
    return out


@njit(cache=True, nogil=True)
def spline_bases(distances: np.ndarray, reach: int, bases: int) -> np.ndarray:
    """Cubic B-spline bases, uniform on the signed logarithm of a distance.

    After Avsec et al. 2018 (Bioinformatics 34:1261): x = sign(d) log10(1 + |d|), uniform knots. Distances past
    `reach` count as `reach`.

    Parameters
    ----------
    distances : int64 array (n,), nt; `MISSING` = no landmark.
    reach : largest distance told apart, nt.
    bases : number of basis functions, at least 4.

    Returns
    -------
    float32 array (bases, n). Each column sums to 1, or is all 0 where the landmark is missing.
    """
    out = np.zeros((bases, distances.size), np.float32)
    limit = np.log10(1.0 + reach)
    intervals = bases - 3
    for i in range(distances.size):
        d = distances[i]
        if d == MISSING:
            continue
        x = np.log10(1.0 + abs(d))
        if d < 0:
            x = -x
        u = (min(max(x, -limit), limit) + limit) / (2.0 * limit) * intervals
        first = min(int(u), intervals - 1)
        t = u - first
        out[first, i] = (1.0 - t) ** 3 / 6.0
        out[first + 1, i] = (3.0 * t**3 - 6.0 * t**2 + 4.0) / 6.0
        out[first + 2, i] = (-3.0 * t**3 + 3.0 * t**2 + 3.0 * t + 1.0) / 6.0
        out[first + 3, i] = t**3 / 6.0
    return out
