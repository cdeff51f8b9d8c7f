"""The best cluster score of each motif in each window, as Cluster-Buster gives it for one motif at a time.

A cluster is a stretch that a two-state model (sites of the motif, gaps of background between them) explains better
than the window's own base composition; its score is the natural logarithm of the odds. The algorithm is that of Frith,
Li and Weng (Nucleic Acids Res. 31:3666, 2003) with cluster and motif thresholds 0 and defaults otherwise: a forward
pass over the window, segments of maximal rise, a backward pass from the end of each segment. Here it runs on odds
instead of their logarithms, all motifs of a width side by side. A window is scored by itself: nothing outside of it
counts, so overlapping windows share no work. PWM hits at single places are the matter of `pwm.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from ideep_scan.kernels.onehot import UNKNOWN

PSEUDOCOUNT = 0.375
EXPECTED_GAP = 35.0
BACKGROUND_REACH = 100
MAX_WINDOW = 256

_LANES = 16
_STAY = EXPECTED_GAP / (EXPECTED_GAP + 1.0)
_LN2_HEAD, _LN2_TAIL = np.float32(6.9313812256e-01), np.float32(9.0580006145e-06)


class PackedMotifs(NamedTuple):
    """Motifs laid out for the kernel, in groups of 16 lanes of one width; `pack` makes it.

    Attributes
    ----------
    odds : float64 array (groups, 2, pieces, 256, 16), product of the probabilities of the four bases of a piece of
        the motif, by strand (own, reverse complement), piece and tetramer; positions past the motif's end count 1.
    widths : int64 array (groups,).
    places : int64 array (groups, 16), place of each lane's motif in the caller's order; -1 for an idle lane.
    """

    odds: np.ndarray
    widths: np.ndarray
    places: np.ndarray


def pack(counts: Sequence[np.ndarray]) -> PackedMotifs:
    """Lay motifs out for `cluster_scores`.

    Parameters
    ----------
    counts : one array (width, 4) per motif, counts of A C G U.
    """
    widths = [len(matrix) for matrix in counts]
    groups: list[list[int]] = []
    for width in sorted(set(widths)):
        alike = [m for m, other in enumerate(widths) if other == width]
        groups += [alike[first : first + _LANES] for first in range(0, len(alike), _LANES)]
    odds = np.zeros((len(groups), 2, -(-max(widths, default=0) // 4), 256, _LANES))
    places = np.full((len(groups), _LANES), -1, np.int64)
    tetramers = np.arange(256)[:, None] >> np.array([6, 4, 2, 0]) & 3
    for group, members in enumerate(groups):
        places[group, : len(members)] = members
        odds[group, ..., : len(members)] = 1.0
        for lane, m in enumerate(members):
            probabilities = np.exp(log_probabilities(counts[m]).astype(np.float64))
            for strand, matrix in enumerate((probabilities, probabilities[::-1, ::-1])):
                for k, row in enumerate(matrix):
                    odds[group, strand, k // 4, :, lane] *= row[tetramers[:, k % 4]]
    return PackedMotifs(odds, np.array([widths[members[0]] for members in groups], np.int64), places)


def log_probabilities(counts: np.ndarray) -> np.ndarray:
    """Natural logarithms of the base probabilities of a motif, in the single precision of the published features.

    Every count is raised by 0.375 and multiplied with the reciprocal of its row's sum. The logarithm of 2^k (1 + f)
    is put together as in the C libraries of the time, k ln 2 split into a head and a tail: its last bit is now and
    then another than that of a correctly rounded logarithm, and small cluster scores show it.

    Returns
    -------
    float32 array (width, 4).
    """
    raised = (counts + PSEUDOCOUNT).astype(np.float32)
    probabilities = raised * (np.float32(1) / raised.sum(axis=1, keepdims=True, dtype=np.float32))
    mantissa, exponent = np.frexp(probabilities.astype(np.float64))
    low = mantissa < np.sqrt(0.5)
    f, k = np.where(low, 2 * mantissa, mantissa) - 1, exponent - low
    tail = (f - np.log1p(f) - k * np.float64(_LN2_TAIL)).astype(np.float32)
    return (k * np.float64(_LN2_HEAD)).astype(np.float32) - (tail - f.astype(np.float32))


def cluster_scores(windows: np.ndarray, motifs: PackedMotifs, both_strands: bool) -> np.ndarray:
    """Best cluster score of each motif in each window.

    Parameters
    ----------
    windows : int8 array (n, length), codes 0-4 of the RNA 5'→3', length at most 256. No site holds an unknown base.
    motifs : from `pack`.
    both_strands : False scores the RNA's own strand, True sites of either strand, as the published features do.

    Returns
    -------
    float64 array (n, motifs) in the caller's order of motifs, natural logarithm of odds; 0 where there is no cluster.

    Raises
    ------
    ValueError : windows longer than 256, whose odds might overflow.
    """
    if windows.shape[1] > MAX_WINDOW:
        raise ValueError(f"windows of {windows.shape[1]} nt; cluster scores take at most {MAX_WINDOW}")
    return np.log(_cluster_odds(np.ascontiguousarray(windows), motifs.odds, motifs.widths, motifs.places, both_strands))


@njit(cache=True, nogil=True)
def _cluster_odds(
    windows: np.ndarray, odds: np.ndarray, widths: np.ndarray, places: np.ndarray, both_strands: bool
) -> np.ndarray:
    """Odds of the best cluster, at least 1: float64 (n, motifs)."""
    n, length = windows.shape
    out = np.ones((n, places.max() + 1))
    inverse, rarity = np.empty(length), np.empty(length)
    tetramers = np.zeros(length + 4 * odds.shape[2], np.uint8)
    sites, forward = np.empty((length, _LANES)), np.empty((length + 1, _LANES))
    segments, bounds = np.empty((length, 2), np.int64), np.empty(length)
    strands = 2 if both_strands else 1
    for row in range(n):
        _inverse_background(windows[row], inverse)
        _tetramers(windows[row], tetramers)
        for group in range(widths.size):
            width = widths[group]
            _window_products(inverse, width, rarity)
            _site_odds(tetramers, rarity, odds[group], strands, width, sites)
            _forward(sites, width, forward)
            for lane in range(_LANES):
                if places[group, lane] >= 0:
                    kept = _segments(forward[:, lane], segments, bounds)
                    best = _best_cluster(sites[:, lane], width, segments[:kept], bounds[:kept])
                    out[row, places[group, lane]] = best
    return out


@njit(cache=True, nogil=True)
def _inverse_background(codes: np.ndarray, inverse: np.ndarray) -> None:
    """One over the share of each base among those within 100 nt (counts start at 1); 0 at unknown bases."""
    counts = np.ones(UNKNOWN + 1)
    total = 4.0
    length = codes.size
    for i in range(-BACKGROUND_REACH, length):
        entering, leaving = i + BACKGROUND_REACH, i - BACKGROUND_REACH - 1
        if entering < length and codes[entering] != UNKNOWN:
            counts[codes[entering]] += 1
            total += 1
        if leaving >= 0 and codes[leaving] != UNKNOWN:
            counts[codes[leaving]] -= 1
            total -= 1
        if i >= 0:
            inverse[i] = 0.0 if codes[i] == UNKNOWN else total / counts[codes[i]]


@njit(cache=True, nogil=True)
def _tetramers(codes: np.ndarray, tetramers: np.ndarray) -> None:
    """Index of the four bases from each position on; an unknown base, or one past the end, counts as A."""
    index = 0
    for i in range(codes.size + 3):
        code = codes[i] if i < codes.size else 0
        index = (index << 2 | (0 if code == UNKNOWN else code)) & 255
        if i >= 3:
            tetramers[i - 3] = index


@njit(cache=True, nogil=True)
def _window_products(values: np.ndarray, width: int, products: np.ndarray) -> None:
    """Product of `width` values from each position on."""
    for i in range(values.size - width + 1):
        product = 1.0
        for k in range(width):
            product *= values[i + k]
        products[i] = product


@njit(cache=True, nogil=True)
def _site_odds(
    tetramers: np.ndarray, rarity: np.ndarray, odds: np.ndarray, strands: int, width: int, sites: np.ndarray
) -> None:
    """Odds of a site that starts at each position, times the chance that a site starts, for each motif of a group."""
    product = np.empty(_LANES)
    for start in range(rarity.size - width + 1):
        sites[start] = 0.0
        for strand in range(strands):
            product[:] = rarity[start] / (strands * (EXPECTED_GAP + 1.0))
            for piece in range((width + 3) // 4):
                factors = odds[strand, piece, tetramers[start + 4 * piece]]
                for lane in range(_LANES):
                    product[lane] *= factors[lane]
            for lane in range(_LANES):
                sites[start, lane] += product[lane]


@njit(cache=True, nogil=True)
def _forward(sites: np.ndarray, width: int, forward: np.ndarray) -> None:
    """Summed odds of all ways to explain the window up to each position (row 0: nothing yet), for each motif."""
    forward[0] = 1.0
    for end in range(1, forward.shape[0]):
        for lane in range(_LANES):
            forward[end, lane] = _STAY * forward[end - 1, lane]
        if end >= width:
            for lane in range(_LANES):
                forward[end, lane] += forward[end - width, lane] * sites[end - width, lane]


@njit(cache=True, nogil=True)
def _segments(forward: np.ndarray, segments: np.ndarray, bounds: np.ndarray) -> int:
    """Segments of maximal rise, as (start, end) into `forward`.

    `bounds` receives what no cluster that ends with the segment can exceed: the odds up to a position times those of
    the cluster from there on never exceed the odds up to the segment's end.
    """
    lowest, kept = 1, 0  # the level before the first base begins no segment
    for end in range(2, forward.size):
        level = forward[end]
        if level <= forward[lowest]:
            lowest = end
        elif level > forward[end - 1]:
            start = end - 1
            for older in range(kept - 1, -1, -1):
                if forward[segments[older, 1]] >= level:
                    break
                if forward[segments[older, 0]] < forward[start]:
                    start, kept = segments[older, 0], older
                    if start == lowest:
                        break
            segments[kept, 0], segments[kept, 1] = start, end
            bounds[kept] = level / forward[lowest]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _best_cluster(sites: np.ndarray, width: int, segments: np.ndarray, bounds: np.ndarray) -> float:
    """Odds of the best cluster that ends with a segment, at least 1; segments in the order of their bounds."""
    best = 1.0
    backward = np.empty(sites.size + 1)
    for _ in range(bounds.size):
        chosen = bounds.argmax()
        if bounds[chosen] <= best:
            break
        bounds[chosen] = 0.0
        start, end = segments[chosen]
        backward[end] = 1.0
        for i in range(end - 1, max(0, start + 1 - width) - 1, -1):
            backward[i] = _STAY * backward[i + 1]
            if i + width <= end:
                backward[i] += backward[i + width] * sites[i]
            best = max(best, backward[i])
    return best
