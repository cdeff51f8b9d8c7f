"""Windows of a track: copies of some, and the strongest one around each position."""

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


def find_strongest_windows(scores: np.ndarray, half: int) -> np.ndarray:
    """Find the window with the highest score among those that contain a position.

    Parameters
    ----------
    scores : np.ndarray
        Float32 array (n + 2 * half,), scores by window centre.
        The n positions have `half` more on both sides; NaN means "not scored".
    half : int
        Half of a window's width, nt.

    Returns
    -------
    np.ndarray
        Int64 array (n,), index of that centre in `scores`, the first if several tie.
        It is -1 where no window is scored.
    """
    around = np.lib.stride_tricks.sliding_window_view(np.where(np.isnan(scores), -np.inf, scores), 2 * half + 1)
    best = around.argmax(1) + np.arange(len(around))
    return np.where(np.isneginf(around.max(1)), -1, best)
