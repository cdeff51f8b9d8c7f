"""Importance of a motif in silico: what a model makes of it when it is planted or removed.

Planting follows Global Importance Analysis (Koo et al. 2021, PLoS Comput. Biol. 17:e1008925).
The same sequences are scored with and without the motif, and the difference is the motif's doing.
Sequences are chosen with a fixed seed; their order changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ideep_scan.motifs.enrichment import P_VALUE
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.motifs.neutral_sequences import sort_windows
from ideep_scan.records.learned_motif import Importance
from ideep_scan.records.pwm import Pwm

Score = Callable[[np.ndarray], np.ndarray]  # int8 windows (n, width), 0-4 -> log odds (n,)

MOST_WINDOWS = 300  # bound windows that removal scores
REPLACEMENTS = 3  # neutral letters that replace a hit, in turn
_DRAWS = 1000  # bootstrap draws
_INTERVAL = (2.5, 97.5)  # percentiles of a 95 % confidence interval


def measure_importance(score: Score, pwm: Pwm, neutral: np.ndarray, bound: np.ndarray) -> Importance:
    """Measure the change of the log odds by a motif, planted and removed.

    The consensus is planted: a position whose most frequent letter has less than half of the counts keeps the letters
    of the neutral sequence.
    A hit in a bound window is replaced by the letters of neutral sequences at the same place.

    Parameters
    ----------
    score : Callable
        Scores windows: int8 array (n, width), 0-4, to the log odds (n,).
    pwm : Pwm
        The motif, at most as wide as a window.
    neutral : np.ndarray
        Int8 array (m, width), by `make_neutral_sequences`.
    bound : np.ndarray
        Int8 array (n, width), bound windows.

    Returns
    -------
    Importance
        Mean changes with 95 % confidence intervals, by bootstrap over sequences.
    """
    sequences = sort_windows(neutral)
    rises = score(plant(sequences, pwm, [centre(pwm, sequences)])) - score(sequences)
    hits = mark_hits(pwm, bound)
    holders = sort_windows(bound[hits.any(1)])
    removed = _remove(score, pwm, holders, sequences) if len(holders) else np.full(1, np.nan)
    return Importance(*_estimate(rises), *_estimate(removed), len(holders))


def centre(pwm: Pwm, codes: np.ndarray) -> int:
    """Return the index of the first base of a motif at the centre of windows."""
    return (codes.shape[1] - len(pwm)) // 2


def plant(codes: np.ndarray, pwm: Pwm, starts: list[int]) -> np.ndarray:
    """Plant the consensus of a motif into sequences.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (n, width).
    pwm : Pwm
        The motif. If no letter has half of the counts at any position, the most frequent ones are planted.
    starts : list of int
        Index of the first base of each copy.

    Returns
    -------
    np.ndarray
        Int8 array (n, width), a copy.
    """
    letters = pwm.counts.argmax(1).astype(np.int8)
    clear = 2 * pwm.counts.max(1) >= pwm.counts.sum(1)
    places = np.flatnonzero(clear if clear.any() else ~clear)
    planted = codes.copy()
    for start in starts:
        planted[:, start + places] = letters[places]
    return planted


def mark_hits(pwm: Pwm, codes: np.ndarray) -> np.ndarray:
    """Mark the bases of all hits of a motif; a hit is that of `motifs/enrichment.py`.

    Parameters
    ----------
    pwm : Pwm
        The motif.
    codes : np.ndarray
        Int8 array (n, width).

    Returns
    -------
    np.ndarray
        Bool array (n, width).
    """
    matches = MotifScanner([pwm], P_VALUE, best_matches=True).scan_windows(codes)
    marks = np.zeros(codes.shape, bool)
    marks[matches.window[:, None], matches.first[:, None] + np.arange(len(pwm))] = True
    return marks


def _remove(score: Score, pwm: Pwm, holders: np.ndarray, neutral: np.ndarray) -> np.ndarray:
    """Replace hits by neutral letters: mean change of the log odds of each window."""
    generator = np.random.default_rng(0)
    chosen = np.sort(generator.choice(len(holders), min(len(holders), MOST_WINDOWS), replace=False))
    windows = holders[chosen]
    hits = mark_hits(pwm, windows)
    change = np.zeros(len(windows))
    for _ in range(REPLACEMENTS):
        letters = neutral[generator.integers(len(neutral), size=len(windows))]
        change += score(np.where(hits, letters, windows)) / REPLACEMENTS
    return change - score(windows)


def _estimate(changes: np.ndarray) -> tuple[float, float, float]:
    """Compute the mean and its confidence interval."""
    values = np.sort(changes.astype(np.float64))  # sums and draws do not depend on the order
    draws = np.random.default_rng(0).integers(len(values), size=(_DRAWS, len(values)))
    low, high = np.percentile(values[draws].mean(1), _INTERVAL)
    return float(values.mean()), float(low), float(high)
