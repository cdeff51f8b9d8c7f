"""Windows copied out of a track one by one, as training needs them."""

from __future__ import annotations

import numpy as np


def gather(track: np.ndarray, centres: np.ndarray, width: int) -> np.ndarray:
    """Copy the windows of odd `width` that are centred on `centres`.

    Parameters
    ----------
    track : np.ndarray
        Array (..., length).
    centres : np.ndarray
        Int64 array (n,), each at least `width // 2` away from both ends of the track.

    Returns
    -------
    np.ndarray
        Array (n, ..., width) of the same dtype.

    Raises
    ------
    ValueError
        A window extends beyond an end of the track.
    """
    half = width // 2
    if centres.size and (centres.min() < half or centres.max() >= track.shape[-1] - half):
        raise ValueError("a window extends beyond the end of its track")
    rows = centres[:, None] + np.arange(-half, width - half)
    return np.moveaxis(track[..., rows], -2, 0)
