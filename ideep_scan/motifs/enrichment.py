"""Enrichment of motifs in bound windows, and the place of their best hits.

A window has a motif if a position of it matches with a p-value of at most `P_VALUE`.
The p-value is exact, for one position of a sequence of equally frequent bases.
It ranks the sequences of a motif's width, so it is as strict for a motif of low information as for one of high.
A motif whose best sequences together exceed it, e.g. because it is short, matches with those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ideep_scan.motifs.hits import MotifScanner, WindowMatches
from ideep_scan.records.learned_motif import Enrichment
from ideep_scan.records.pwm import Pwm

P_VALUE = 1e-3  # a random window of 101 nt has such a match with a chance of about 9 %
BLOCK = 2048  # windows whose matches are in memory together


class MotifOccurrence(NamedTuple):
    """Occurrence of a motif in windows.

    Attributes
    ----------
    enrichment : Enrichment or None
        Bound against unbound windows; None without unbound windows.
    distances : np.ndarray
        Int64 array (width,): bound windows by the place of the centre of the motif's best hit, 5'→3'.
    """

    enrichment: Enrichment | None
    distances: np.ndarray


def compute_enrichment(
    pwms: Sequence[Pwm], codes: np.ndarray, bound: np.ndarray, p_value: float = P_VALUE
) -> list[MotifOccurrence]:
    """Count the windows that have each motif, and test whether bound windows have it more often.

    Give all motifs of a model together, because q-values are adjusted for their number.
    The best hit of a window is the one with the highest score.
    If several tie, the sum of the window's codes modulo their number chooses one.
    So no side of the window is preferred, and the order of windows changes nothing.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs.
    codes : np.ndarray
        Int8 array (windows, width), bases 5'→3', 0-4.
    bound : np.ndarray
        Bool array (windows,), True for bound windows.
    p_value : float
        The highest p-value of a hit.

    Returns
    -------
    list of MotifOccurrence
        One per motif.
    """
    bound = np.asarray(bound, bool)
    scanner = MotifScanner(pwms, p_value, best_matches=True)
    hits = np.zeros((len(pwms), 2), np.int64)  # unbound, bound
    distances = np.zeros((len(pwms), codes.shape[1]), np.int64)
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK]
        best = choose_best(scanner.scan_windows(block), block)
        labels = bound[start + best.window]
        np.add.at(hits, (best.motif, labels.astype(np.int64)), 1)
        centres = best.first + scanner.index.widths[best.motif] // 2
        np.add.at(distances, (best.motif[labels], centres[labels]), 1)
    windows = int(bound.sum()), int((~bound).sum())
    if windows[1] == 0:
        return [MotifOccurrence(None, row) for row in distances]
    tests = [compute_fisher(row[1], windows[0], row[0], windows[1]) for row in hits.tolist()]
    q_values = adjust_p_values(np.array([test.p_value for test in tests]))
    return [
        MotifOccurrence(test._replace(q_value=q_value), row)
        for test, q_value, row in zip(tests, q_values.tolist(), distances, strict=True)
    ]


def choose_best(matches: WindowMatches, codes: np.ndarray) -> WindowMatches:
    """Choose the best match of each motif in each window; see `compute_enrichment` for ties.

    Parameters
    ----------
    matches : WindowMatches
        All matches.
    codes : np.ndarray
        Int8 array (windows, width), the windows.

    Returns
    -------
    WindowMatches
        At most one match per window and motif, by window, then by motif.
    """
    order = np.lexsort((matches.first, -matches.score, matches.motif, matches.window))
    window, first, motif, score, p_value = (column[order] for column in matches)
    leads = np.append(True, (window[1:] != window[:-1]) | (motif[1:] != motif[:-1]))[: len(window)]
    group = np.cumsum(leads) - 1
    leaders = np.flatnonzero(leads)
    ties = np.bincount(group[score == score[leaders][group]], minlength=len(leaders))
    chosen = leaders + codes[window[leaders]].sum(axis=1, dtype=np.int64) % np.maximum(ties, 1)
    return WindowMatches(window[chosen], first[chosen], motif[chosen], score[chosen], p_value[chosen])


def compute_fisher(bound_hits: int, bound: int, unbound_hits: int, unbound: int) -> Enrichment:
    """Test whether bound windows have a motif more often than unbound ones (Fisher's exact test, one-sided).

    The chances of all possible numbers of bound hits come from the ratios of neighbouring ones.
    Logarithms keep very small p-values exact.

    Parameters
    ----------
    bound_hits, bound : int
        Bound windows with the motif, and all of them.
    unbound_hits, unbound : int
        Unbound windows with the motif, and all of them.

    Returns
    -------
    Enrichment
        The test. The q-value equals the p-value, as for a single motif.
        The odds ratio is NaN if no window or every window has the motif.
        The p-value is at least the smallest normal double, 2.2e-308.

    Examples
    --------
    >>> test = compute_fisher(3, 4, 1, 4)
    >>> test.odds_ratio, round(test.p_value, 4)
    (9.0, 0.2429)
    """
    hits = bound_hits + unbound_hits
    lowest, highest = max(0, hits - unbound), min(hits, bound)
    k = np.arange(lowest, highest, dtype=np.float64)
    ratios = np.log((bound - k) * (hits - k)) - np.log((k + 1) * (unbound - hits + k + 1))
    chances = np.append(0.0, np.cumsum(ratios))
    tail = np.logaddexp.reduce(chances[bound_hits - lowest :]) - np.logaddexp.reduce(chances)
    p_value = float(np.clip(np.exp(tail), np.finfo(np.float64).tiny, 1.0))
    with_motif = bound_hits * (unbound - unbound_hits)
    without = unbound_hits * (bound - bound_hits)
    odds = with_motif / without if without else float("inf") if with_motif else float("nan")
    return Enrichment(bound_hits, bound, unbound_hits, unbound, odds, p_value, p_value)


def adjust_p_values(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for the number of tests (Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289).

    Parameters
    ----------
    p_values : np.ndarray
        Float64 array (tests,).

    Returns
    -------
    np.ndarray
        Float64 array (tests,): the lowest false discovery rate at which each test counts.

    Examples
    --------
    >>> adjust_p_values(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p_values)[::-1]
    ranks = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum.accumulate(np.minimum(p_values[order] * len(p_values) / ranks, 1.0))
    return adjusted
