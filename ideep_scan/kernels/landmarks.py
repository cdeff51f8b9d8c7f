"""Signed distances to the nearest landmark, and their cubic B-spline bases, in strand coordinates."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

MISSING = np.iinfo(np.int64).max


@compiled()
def compute_distances(line: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Compute the signed distance from each position to its nearest landmark.

    Parameters
    ----------
    line : np.ndarray
        Int64 array (n,), positions in strand coordinates (genome position on plus, its negative on minus).
    landmarks : np.ndarray
        Int64 array (m,), landmarks in strand coordinates, ascending.

    Returns
    -------
    np.ndarray
        Int64 array (n,); positive if the position is downstream (3') of the landmark, 0 on it.
        Of two equally near landmarks the upstream one counts, on both strands.
        `MISSING` if there are no landmarks.
    """
    out = np.full(line.size, MISSING, np.int64)
    m = landmarks.size
    if m == 0:
        return out
    landmark, low, high = landmarks[0], MISSING, -MISSING  # the nearest one for positions from `low` to `high`
    for i in range(line.size):
        position = line[i]
        if not low <= position <= high:
            index = np.searchsorted(landmarks, position, side="right")  # number of landmarks <= position
            index -= index == m or (index > 0 and position - landmarks[index - 1] <= landmarks[index] - position)
            landmark = landmarks[index]
            low = -MISSING if index == 0 else (landmarks[index - 1] + landmark) // 2 + 1
            high = MISSING if index == m - 1 else (landmark + landmarks[index + 1]) // 2
        out[i] = position - landmark
    return out


def compute_spline_bases(distances: np.ndarray, reach: int, out: np.ndarray) -> np.ndarray:
    """Compute cubic B-spline bases of distances, uniform on a signed logarithm.

    After Avsec et al. 2018 (Bioinformatics 34:1261): x = sign(d) log10(1 + |d|), with uniform knots.
    Distances beyond `reach` count as `reach`.
    The bases of each whole distance are computed once.

    Parameters
    ----------
    distances : np.ndarray
        Int64 array (n,), nt; `MISSING` means that there is no landmark.
    reach : int
        The largest distance that is distinguished, nt.
    out : np.ndarray
        Float32 array (bases, n) of zeros, which is filled: at least 4 basis functions, one per row.

    Returns
    -------
    np.ndarray
        `out`; each column has sum 1, or is 0 if there is no landmark.
    """
    _look_up(distances, *_table(reach, len(out)), out)
    return out


@lru_cache(maxsize=4)
def _table(reach: int, bases: int) -> tuple[np.ndarray, np.ndarray]:
    """Compute, for each distance from -reach to reach, the first of its four nonzero bases, and the four values."""
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
            index = min(max(d, -reach), reach) + reach
            row = first[index]
            out[row, i], out[row + 1, i] = values[index, 0], values[index, 1]
            out[row + 2, i], out[row + 3, i] = values[index, 2], values[index, 3]
