"""The best cluster score of each motif in each window, as Cluster-Buster computes it for one motif at a time.

A cluster is an interval that a two-state model (sites of the motif, background gaps between them) explains better
than the base composition of the window.
Its score is the natural logarithm of the odds.
The algorithm is that of Frith, Li and Weng (Nucleic Acids Res. 31:3666, 2003), with cluster and motif thresholds of 0
and defaults otherwise.
Its steps are a forward pass over the window, segments of maximal rise, and a backward pass from each segment's end.
This implementation computes odds instead of their logarithms.

Each window is scored by itself, without its surroundings.
The chance of a site at a position does not depend on the window, so overlapping windows share it.
The forward passes of many windows run side by side.
Only segments that may contain the best cluster get a backward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.packed_motifs import PackedMotifs

EXPECTED_GAP = 35.0
BACKGROUND_REACH = 100
MAX_WINDOW = 256

_LANES = 128  # windows that are scored side by side; more are not faster
_STAY = EXPECTED_GAP / (EXPECTED_GAP + 1.0)


def score_clusters(
    codes: np.ndarray, starts: np.ndarray, length: int, motifs: PackedMotifs, both_strands: bool
) -> np.ndarray:
    """Compute the best cluster score of each motif in each window.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array, codes 0-4 of the RNA, 5'→3'; a site has no unknown base.
    starts : np.ndarray
        Int64 array (n,), start of each window in `codes`.
        Overlapping windows in ascending order are fastest, above all those that start one base apart.
    length : int
        Bases of a window, at most 256.
    motifs : PackedMotifs
        Motifs from `pack`.
    both_strands : bool
        True scores sites of either strand, as the published features do; False scores the RNA's own strand.

    Returns
    -------
    np.ndarray
        Float64 array (n, motifs), natural logarithm of the odds; 0 if there is no cluster.

    Raises
    ------
    ValueError
        Windows are longer than 256, so that odds may overflow, or extend beyond `codes`.
    """
    if length > MAX_WINDOW:
        raise ValueError(f"windows of {length} nt are too long: cluster scores take at most {MAX_WINDOW}")
    if starts.size and (starts.min() < 0 or starts.max() + length > codes.size):
        raise ValueError("a window extends beyond the end of its sequence")
    codes, starts = np.ascontiguousarray(codes), np.ascontiguousarray(starts)  # numba compiles for one memory layout
    by_width = np.argsort(motifs.widths, kind="stable")
    return np.log(_cluster_odds(codes, starts, length, motifs.odds, motifs.widths, by_width, 1 + both_strands))


@compiled()
def _cluster_odds(
    codes: np.ndarray,
    starts: np.ndarray,
    length: int,
    odds: np.ndarray,
    widths: np.ndarray,
    by_width: np.ndarray,
    strands: int,
) -> np.ndarray:
    """Compute the odds of the best cluster, at least 1: float64 (n, motifs)."""
    out = np.ones((starts.size, widths.size))
    reach = _LANES * length
    tetramers, chances = np.empty(reach + 4 * odds.shape[2], np.uint8), np.empty((2, reach))
    inverse, rarity = np.empty((length, _LANES)), np.empty((length, _LANES))
    forward, backward = np.empty((length + 1, _LANES)), np.empty(length)
    rising = np.empty(((length + 65) // 64, _LANES), np.uint64)
    gaps = _STAY ** np.arange(length + 1)
    last = 0
    while last < starts.size:
        first = last
        last = _group_end(starts, first, reach - length)
        offsets = starts[first:last] - starts[first]
        size = offsets[-1] + length
        _tetramers(codes[starts[first] : starts[first] + size], tetramers)
        for lane in range(offsets.size):
            _inverse_background(codes, starts[first + lane], lane, inverse)
        width = 0
        for m in by_width:
            if widths[m] > length:
                break
            if widths[m] != width:
                width = widths[m]
                _window_products(inverse, width, strands, offsets.size, rarity)
            _site_chances(tetramers, odds[m, :strands], chances[:, :size])
            _forward(chances[0], offsets, rarity, width, forward)
            _rising(forward, offsets.size, rising)
            _best_clusters(forward, rising, chances[0], offsets, rarity, width, gaps, backward, out[first:last, m])
    return out


@compiled()
def _group_end(starts: np.ndarray, first: int, reach: int) -> int:
    """Find the end of the group of windows from `first` on that are scored together: ascending, not too far apart."""
    last = first + 1
    while (
        last < min(starts.size, first + _LANES)
        and starts[last] > starts[last - 1]
        and starts[last] - starts[first] <= reach
    ):
        last += 1
    return last


@compiled()
def _tetramers(codes: np.ndarray, tetramers: np.ndarray) -> None:
    """Compute the index of the four bases from each position on; unknown bases and those after the end count as A."""
    tetramers[:] = 0
    index = 0
    for i in range(codes.size + 3):
        code = codes[i] if i < codes.size else 0
        index = (index << 2 | (0 if code == UNKNOWN else code)) & 255
        if i >= 3:
            tetramers[i - 3] = index


@compiled()
def _inverse_background(codes: np.ndarray, start: int, lane: int, inverse: np.ndarray) -> None:
    """Compute the inverse share of each base of a window among the bases within 100 nt; 0 for unknown bases.

    Counts start at 1.
    """
    counts = np.ones(UNKNOWN + 1)
    total = 4.0
    length = inverse.shape[0]
    for i in range(-BACKGROUND_REACH, length):
        entering, leaving = i + BACKGROUND_REACH, i - BACKGROUND_REACH - 1
        if entering < length and codes[start + entering] != UNKNOWN:
            counts[codes[start + entering]] += 1
            total += 1
        if leaving >= 0 and codes[start + leaving] != UNKNOWN:
            counts[codes[start + leaving]] -= 1
            total -= 1
        if i >= 0:
            code = codes[start + i]
            inverse[i, lane] = 0.0 if code == UNKNOWN else total / counts[code]


@compiled()
def _window_products(inverse: np.ndarray, width: int, strands: int, lanes: int, products: np.ndarray) -> None:
    """Multiply `width` values from each position on, and the chance that a site of one strand starts there."""
    for i in range(inverse.shape[0] - width + 1):
        for lane in range(lanes):
            products[i, lane] = inverse[i, lane] / (strands * (EXPECTED_GAP + 1.0))
        for k in range(1, width):
            for lane in range(lanes):
                products[i, lane] *= inverse[i + k, lane]


@compiled()
def _site_chances(tetramers: np.ndarray, odds: np.ndarray, chances: np.ndarray) -> None:
    """Compute the chance of the bases from each position on in a site, summed over strands, into row 0."""
    total, product = chances
    total[:] = 0.0
    for strand in range(odds.shape[0]):
        product[:] = 1.0
        for piece in range(odds.shape[1]):
            table, ahead = odds[strand, piece], tetramers[4 * piece :]
            for i in range(product.size):
                product[i] *= table[ahead[i]]
        for i in range(product.size):
            total[i] += product[i]


@compiled()
def _forward(chances: np.ndarray, offsets: np.ndarray, rarity: np.ndarray, width: int, forward: np.ndarray) -> None:
    """Sum the odds of all explanations of each window up to each position; row 0 is before the first base."""
    lanes = offsets.size
    forward[0] = 1.0
    for end in range(1, width):
        for lane in range(lanes):
            forward[end, lane] = _STAY * forward[end - 1, lane]
    if offsets[-1] == lanes - 1:  # one base apart: the compiler vectorises this loop
        for end in range(width, forward.shape[0]):
            start = end - width
            for lane in range(lanes):
                site = chances[start + lane] * rarity[start, lane]
                forward[end, lane] = _STAY * forward[end - 1, lane] + forward[start, lane] * site
    else:
        for end in range(width, forward.shape[0]):
            start = end - width
            for lane in range(lanes):
                site = chances[start + offsets[lane]] * rarity[start, lane]
                forward[end, lane] = _STAY * forward[end - 1, lane] + forward[start, lane] * site


@compiled()
def _rising(forward: np.ndarray, lanes: int, rising: np.ndarray) -> None:
    """Mark, one bit per position, where the level of each window rises; the first base never counts."""
    rising[:] = 0
    for end in range(2, forward.shape[0]):
        word, bit = end >> 6, np.uint64(1) << np.uint64(end & 63)
        for lane in range(lanes):
            rising[word, lane] |= bit if forward[end, lane] > forward[end - 1, lane] else np.uint64(0)


@compiled()
def _best_clusters(
    forward: np.ndarray,
    rising: np.ndarray,
    chances: np.ndarray,
    offsets: np.ndarray,
    rarity: np.ndarray,
    width: int,
    gaps: np.ndarray,
    backward: np.ndarray,
    best: np.ndarray,
) -> None:
    """Compute the odds of the best cluster of each window.

    Segments of maximal rise are the greatest rise, then those before and after it, and so on.
    (Ruzzo and Tompa, ISMB 1999.)
    The search skips segments that cannot contain a better cluster.
    """
    climbs = np.empty((2, forward.shape[0]), np.int64)
    parts = np.empty((2, forward.shape[0]), np.int64)
    for lane in range(offsets.size):
        parts[0, 0], parts[1, 0] = 0, _climbs(rising, lane, climbs)
        left = 1 if parts[1, 0] > 0 else 0
        while left > 0:
            left -= 1
            first, last = parts[0, left], parts[1, left]
            bottom, top, bound = _greatest_rise(forward, lane, climbs, first, last, width)
            if bound <= best[lane]:
                continue
            start, end = climbs[0, bottom], climbs[1, top]
            odds = _cluster(chances, offsets[lane], rarity, lane, width, start, end, gaps, backward)
            best[lane] = max(best[lane], odds)
            if bottom > first:
                parts[0, left], parts[1, left] = first, bottom
                left += 1
            if top + 1 < last:
                parts[0, left], parts[1, left] = top + 1, last
                left += 1


@intrinsic
def _trailing_zeros(_context: Any, _bits: Any) -> tuple[Any, Callable[..., Any]]:
    """Count the zeros below the lowest set bit of a uint64 that is not 0."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@compiled()
def _climbs(rising: np.ndarray, lane: int, climbs: np.ndarray) -> int:
    """List runs over which the level of a window rises at every step, as (start, end); return their number."""
    count, inside = 0, 0
    carried = np.uint64(0)
    for word in range(rising.shape[0]):
        bits = rising[word, lane]
        changes = bits ^ (bits << np.uint64(1) | carried)
        carried = bits >> np.uint64(63)
        while changes:
            climbs[inside, count] = 64 * word + np.int64(_trailing_zeros(changes)) - 1  # type: ignore[call-arg]
            changes &= changes - np.uint64(1)
            count += inside
            inside = 1 - inside
    return count


@compiled()
def _greatest_rise(
    forward: np.ndarray, lane: int, climbs: np.ndarray, first: int, last: int, width: int
) -> tuple[int, int, float]:
    """Find the climbs at which the greatest rise begins and ends, and an upper bound for clusters between them.

    The odds up to a position times those of a cluster from there never exceed the odds up to the end of the cluster.
    A cluster begins at most `width` - 1 before its segment.
    """
    floor = forward[climbs[0, first], lane]
    for i in range(max(0, climbs[0, first] + 1 - width), climbs[0, first]):
        floor = min(floor, forward[i, lane])
    lowest, lowest_climb, bottom, top = np.inf, first, first, first
    high, low, limit, limit_floor = 1.0, 1.0, 1.0, 1.0
    for climb in range(first, last):
        level = forward[climbs[0, climb], lane]
        if level <= lowest:
            lowest, lowest_climb = level, climb
            floor = min(floor, level)
        level = forward[climbs[1, climb], lane]
        if level * low > high * lowest:
            high, low, bottom, top = level, lowest, lowest_climb, climb
        if level * limit_floor > limit * floor:
            limit, limit_floor = level, floor
    return bottom, top, limit / limit_floor


@compiled()
def _cluster(
    chances: np.ndarray,
    offset: int,
    rarity: np.ndarray,
    lane: int,
    width: int,
    start: int,
    end: int,
    gaps: np.ndarray,
    backward: np.ndarray,
) -> float:
    """Compute the odds of the best cluster that ends with a segment, at least 1."""
    best = 1.0
    odds = gaps[width - 1]  # only gaps between the end and the last possible start of a site
    for i in range(end - width, max(0, start + 1 - width) - 1, -1):
        behind = gaps[end - width - i] if i > end - 2 * width else backward[i + width]
        odds = _STAY * odds + behind * (chances[offset + i] * rarity[i, lane])
        backward[i] = odds
        best = max(best, odds)
    return best
