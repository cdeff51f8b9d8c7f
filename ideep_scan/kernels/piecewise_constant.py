"""Tracks that hold the same value over long runs: where they change, and what a layer makes of the windows over them.

A window of such a track is its first column, and the changes behind it. What a channel adds from one tap to the end of
a window is worked out once for a layer (`onward`), so that a window costs a row for each change in it.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled


@compiled()
def steps(track: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Where a track differs from the column before.

    Parameters
    ----------
    track : np.ndarray
        (channels, length), no NaN.
    most : int
        Changes to list.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, bool]
        Channel and column of each change, int64 arrays (changes,), columns ascending; and whether these are all:
        nothing is listed where there are more than `most`.
    """
    channels, length = track.shape
    total, of_channel = 0, np.zeros(channels, np.int64)
    for channel in range(channels):
        row, count = track[channel], 0
        for i in range(1, length):
            count += row[i] != row[i - 1]
        of_channel[channel] = count
        total += count
        if total > most:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), False
    channel_of, column_of, found = np.empty(total, np.int64), np.empty(total, np.int64), 0
    for channel in range(channels):
        if of_channel[channel]:
            row = track[channel]
            for i in range(1, length):
                if row[i] != row[i - 1]:
                    channel_of[found], column_of[found] = channel, i
                    found += 1
    order = np.argsort(column_of, kind="mergesort")
    return channel_of[order], column_of[order], True


@compiled(fastmath={"contract"})
def by_steps(
    track: np.ndarray,
    channels: np.ndarray,
    columns: np.ndarray,
    starts: np.ndarray,
    onward: np.ndarray,
    bias: np.ndarray,
) -> np.ndarray:
    """A layer over the windows that begin at some columns of a track.

    Parameters
    ----------
    track : np.ndarray
        (channels, length).
    channels, columns : np.ndarray
        Its changes, as `steps` lists them.
    starts : np.ndarray
        Int64 (n,), ascending: first columns of windows that lie in the track.
    onward : np.ndarray
        (channels, taps, outputs), what a 1 adds that holds from a tap to the end of the window.
    bias : np.ndarray
        (outputs,).

    Returns
    -------
    np.ndarray
        (n, outputs).
    """
    taps, outputs = onward.shape[1:]
    out, held, passed = np.empty((starts.size, outputs), onward.dtype), np.empty(outputs, onward.dtype), -1
    upstream = 0  # changes up to the first column of a window
    for i in range(starts.size):
        start, row = starts[i], out[i]
        while upstream < columns.size and columns[upstream] <= start:
            upstream += 1
        if passed != upstream:  # another first column than that of the window before
            passed = upstream
            held[:] = bias
            for channel in range(track.shape[0]):
                value, added = track[channel, start], onward[channel, 0]
                if value != 0:
                    for j in range(outputs):
                        held[j] += value * added[j]
        row[:] = held
        change = upstream
        while change < columns.size and columns[change] < start + taps:
            channel, column = channels[change], columns[change]
            height, added = track[channel, column] - track[channel, column - 1], onward[channel, column - start]
            for j in range(outputs):
                row[j] += height * added[j]
            change += 1
    return out
