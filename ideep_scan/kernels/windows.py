"""Windows cut out of a track, one by one: what a dense evaluation never needs and training does."""

from __future__ import annotations

import numpy as np


def gather(track: np.ndarray, centres: np.ndarray, width: int) -> np.ndarray:
    """Windows of odd `width` centred on `centres`.

    Parameters
    ----------
    track : np.ndarray
        Array (..., length).
    centres : np.ndarray
        Int64 array (n,), each at least `width // 2` away from both ends of the track.

    Returns
    -------
    np.ndarray
        Array (n, ..., width), a copy of the same dtype.
    """
    half = width // 2
    if centres.size and (centres.min() < half or centres.max() >= track.shape[-1] - half):
        raise ValueError("a window reaches past the end of its track")
    rows = centres[:, None] + np.arange(-half, width - half)
    return np.moveaxis(track[..., rows], -2, 0)
