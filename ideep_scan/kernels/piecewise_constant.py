"""Tracks that are constant over long runs: their changes, and a layer over windows that is summed from the changes.

A window of such a track is its first column plus the changes after it.
`onward` has the sum of a channel's weights from each tap to the end of a window, computed once per layer.
So a window costs one row per change in it.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def find_changes(track: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Find the columns at which a track changes.

    Parameters
    ----------
    track : np.ndarray
        Array (channels, length), without NaN.
    limit : int
        Limit of changes to list.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, bool]
        Channel and column of each change, int64 arrays (changes,), columns ascending.
        False, and empty arrays, if there are more than `limit` changes.
    """
    channels, length = track.shape
    total, counts = 0, np.zeros(channels, np.int64)
    for channel in range(channels):
        row, count = track[channel], 0
        for i in range(1, length):
            count += row[i] != row[i - 1]
        counts[channel] = count
        total += count
        if total > limit:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), False
    channel_of, column_of, row_number = np.empty(total, np.int64), np.empty(total, np.int64), 0
    for channel in range(channels):
        if counts[channel]:
            row = track[channel]
            for i in range(1, length):
                if row[i] != row[i - 1]:
                    channel_of[row_number], column_of[row_number] = channel, i
                    row_number += 1
    order = np.argsort(column_of, kind="mergesort")
    return channel_of[order], column_of[order], True


@compiled(fastmath={"contract"})
def sum_windows(
    track: np.ndarray,
    channels: np.ndarray,
    columns: np.ndarray,
    starts: np.ndarray,
    onward: np.ndarray,
    bias: np.ndarray,
) -> np.ndarray:
    """Compute a layer over windows of a track from its changes.

    Parameters
    ----------
    track : np.ndarray
        Array (channels, length).
    channels, columns : np.ndarray
        The changes of the track, as `find_changes` lists them.
    starts : np.ndarray
        Int64 array (n,), ascending first columns of windows that are inside the track.
    onward : np.ndarray
        Array (channels, taps, outputs), sum of the weights from each tap to the end of the window.
    bias : np.ndarray
        Array (outputs,).

    Returns
    -------
    np.ndarray
        Array (n, outputs).
    """
    taps, outputs = onward.shape[1:]
    out, first_sum, last_upstream = np.empty((starts.size, outputs), onward.dtype), np.empty(outputs, onward.dtype), -1
    upstream = 0  # number of changes up to the first column of a window
    for i in range(starts.size):
        start, row = starts[i], out[i]
        while upstream < columns.size and columns[upstream] <= start:
            upstream += 1
        if last_upstream != upstream:  # the first column differs from that of the previous window
            last_upstream = upstream
            first_sum[:] = bias
            for channel in range(track.shape[0]):
                value, weights = track[channel, start], onward[channel, 0]
                if value != 0:
                    for j in range(outputs):
                        first_sum[j] += value * weights[j]
        row[:] = first_sum
        change = upstream
        while change < columns.size and columns[change] < start + taps:
            channel, column = channels[change], columns[change]
            height, weights = track[channel, column] - track[channel, column - 1], onward[channel, column - start]
            for j in range(outputs):
                row[j] += height * weights[j]
            change += 1
    return out
