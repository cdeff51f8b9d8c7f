"""Points on a line, ascending: thin them out, and measure distances to them."""

from __future__ import annotations

import numpy as np


def thin(keys: np.ndarray, distance: int) -> np.ndarray:
    """Choose peaks 5'→3', each more than `distance` after the one before.

    Parameters
    ----------
    keys : np.ndarray
        Int64 array (n,), ascending.
    distance : int
        Largest distance that is too near.

    Returns
    -------
    np.ndarray
        Int64 array (m,), the chosen keys.

    Examples
    --------
    >>> thin(np.array([0, 20, 50, 51, 80, 120]), 50)
    array([  0,  51, 120])
    """
    chosen: list[int] = []
    for key in keys.tolist():
        if not chosen or key - chosen[-1] > distance:
            chosen.append(key)
    return np.array(chosen, np.int64)


def measure_distance(keys: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Measure the distance of each row to the nearest point.

    Parameters
    ----------
    keys : np.ndarray
        Int64 array (n,).
    points : np.ndarray
        Int64 array (m,), ascending.

    Returns
    -------
    np.ndarray
        Int64 array (n,); the largest integer if there is no point.
    """
    if not points.size:
        return np.full(keys.shape, np.iinfo(np.int64).max)
    after = np.searchsorted(points, keys)
    following = points[np.minimum(after, points.size - 1)]
    previous = points[np.maximum(after - 1, 0)]
    return np.minimum(np.abs(following - keys), np.abs(keys - previous))
