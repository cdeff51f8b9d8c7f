"""The rule for scored positions, and the packing of their windows into walks."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN


def mark_scorable(codes: np.ndarray, window: int, max_unknown: int) -> np.ndarray:
    """Mark the positions that are scored: their base is known, and so is most of their window.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (n + window - 1,), the n positions with half a window of bases on each side.
    window : int
        Width of a window, odd.
    max_unknown : int
        Limit of unknown bases in a window.

    Returns
    -------
    np.ndarray
        Bool array (n,); the result does not depend on the strand.

    Raises
    ------
    ValueError
        The window is even, or the codes are shorter than a window.
    """
    if window % 2 == 0 or codes.size < window - 1:
        raise ValueError(f"{codes.size} codes do not hold windows of {window} bases around whole positions")
    if not (codes != UNKNOWN).any():
        return np.zeros(codes.size - window + 1, np.bool_)
    return _scorable(codes, window, max_unknown)


@compiled()
def _scorable(codes: np.ndarray, window: int, max_unknown: int) -> np.ndarray:
    out = np.zeros(codes.size - window + 1, np.bool_)
    half = window // 2
    unknown = 0
    for i in range(window - 1):
        unknown += codes[i] == UNKNOWN
    for i in range(out.size):
        unknown += codes[i + window - 1] == UNKNOWN
        out[i] = unknown <= max_unknown and codes[i + half] != UNKNOWN
        unknown -= codes[i] == UNKNOWN
    return out


@compiled()
def find_runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find runs of True.

    Parameters
    ----------
    mask : np.ndarray
        Bool array (n,).

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Starts and ends (half-open), int64 arrays (runs,), ascending.
    """
    count = 0
    for i in range(mask.size):
        count += mask[i] and (i == 0 or not mask[i - 1])
    starts, ends = np.empty(count, np.int64), np.empty(count, np.int64)
    run = -1
    for i in range(mask.size):
        if mask[i]:
            if i == 0 or not mask[i - 1]:
                run += 1
                starts[run] = i
            ends[run] = i + 1
    return starts, ends


@compiled()
def pack(starts: np.ndarray, ends: np.ndarray, half: int, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pack runs, with a halo of `half` on both sides, into walks of at most `length` positions.

    A run that is too long for one walk is cut.
    Neighbours in a walk share a block if their halos overlap or touch, so the blocks of one walk are disjoint.
    The blocks of different walks may overlap.

    Parameters
    ----------
    starts, ends : np.ndarray
        Int64 arrays (runs,), ascending and disjoint.
    half : int
        Width of the halo.
    length : int
        Limit of positions in a walk, halos included; more than `2 * half`.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Start and end of each block (halo included) and index of its walk, int64 arrays (blocks,), ascending.
        Without its halo, a block extends from the start of its first run to the end of its last run.
    """
    step = length - 2 * half
    limit = 0
    for run in range(starts.size):
        limit += (ends[run] - starts[run] + step - 1) // step
    block_starts, block_ends, walks = np.empty(limit, np.int64), np.empty(limit, np.int64), np.empty(limit, np.int64)
    block, walk, used = -1, -1, length
    for run in range(starts.size):
        start = starts[run]
        while start < ends[run]:
            end = min(start + step, ends[run])
            joins = block >= 0 and start - half <= block_ends[block]
            cost = end + half - block_ends[block] if joins else end - start + 2 * half
            if joins and used + cost <= length:
                block_ends[block] = end + half
            else:
                if used + cost > length:
                    walk, used = walk + 1, 0
                    cost = end - start + 2 * half
                block += 1
                block_starts[block], block_ends[block], walks[block] = start - half, end + half, walk
            used += cost
            start = end
    return block_starts[: block + 1], block_ends[: block + 1], walks[: block + 1]


@compiled()
def list_inside(mask: np.ndarray, block_starts: np.ndarray, block_ends: np.ndarray, half: int) -> np.ndarray:
    """List the True positions between the halos of blocks, as indices along the concatenated blocks.

    Parameters
    ----------
    mask : np.ndarray
        Bool array (n,).
    block_starts, block_ends : np.ndarray
        Int64 arrays (blocks,), as `pack` returns them for one walk.
    half : int
        Width of the halo.

    Returns
    -------
    np.ndarray
        Int64 array (m,), ascending.
    """
    count = 0
    for block in range(block_starts.size):
        for position in range(block_starts[block] + half, block_ends[block] - half):
            count += mask[position]
    out = np.empty(count, np.int64)
    row, offset = 0, 0
    for block in range(block_starts.size):
        for position in range(block_starts[block] + half, block_ends[block] - half):
            if mask[position]:
                out[row] = offset + position - block_starts[block]
                row += 1
        offset += block_ends[block] - block_starts[block]
    return out
