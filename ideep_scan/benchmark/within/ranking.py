"""A score ranked inside genes, and its measures for bootstrap draws of genes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.benchmark.within.measures import (
    average_sorted,
    choose_calls,
    count_pairs,
    find_group_ends,
    sort_rows,
)
from ideep_scan.train.measured_precision import NEAR

BUDGETS = (1, 2, 5)  # calls per 1,000 positions
_BINS = 1000

MEASURES = (
    "prevalence", "auPRC", "auPRC_ratio", "AUC_genes", "AUC_pooled", "R_precision",
    *(f"recall_{budget}_per_kb" for budget in BUDGETS),
    "called_precision", "called_recall", "called_per_kb",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Truth:
    """Rows to judge, with the peaks of one list.

    Attributes
    ----------
    keys : np.ndarray
        Int64 array (n,), ascending.
    genes : np.ndarray
        Int64 array (n,), the gene of each row, 0 to `count` - 1, ascending.
    count : int
        Number of genes.
    labels : np.ndarray
        Bool array (n,), True in the core of a peak.
    near : np.ndarray
        Bool array (n,), True at most `NEAR` nt from a peak.
    peaks : np.ndarray
        Int64 array (p,), keys of the peaks to find, ascending, more than `REACH` nt apart.
    peak_genes : np.ndarray
        Int64 array (p,), the gene of each peak.
    """

    keys: np.ndarray
    genes: np.ndarray
    count: int
    labels: np.ndarray
    near: np.ndarray
    peaks: np.ndarray
    peak_genes: np.ndarray


@dataclass(frozen=True, eq=False)
class Ranking:
    """All that the measures need of a score, by gene.

    Attributes
    ----------
    truth : Truth
        Rows and peaks.
    precision : float
        Average precision of all rows.
    positives, totals : np.ndarray
        Float64 arrays (genes, bins), labelled rows and all rows in bins of descending score.
    concordant, pairs : np.ndarray
        Float64 arrays (genes,): pairs of a labelled and another row, and those in the right order (ties: half).
    call_genes, call_hits, call_scores : np.ndarray
        Gene, hit and score of each call, by descending score.
    peak_ranks : np.ndarray
        Int64 array (p,), rank of the first call near each peak; the number of calls if there is none.
    """

    truth: Truth
    precision: float
    positives: np.ndarray
    totals: np.ndarray
    concordant: np.ndarray
    pairs: np.ndarray
    call_genes: np.ndarray
    call_hits: np.ndarray
    call_scores: np.ndarray
    peak_ranks: np.ndarray


def rank(truth: Truth, scores: np.ndarray) -> Ranking:
    """Rank the rows of a truth by a score.

    Parameters
    ----------
    truth : Truth
        Rows and peaks.
    scores : np.ndarray
        Float array (n,), finite; read as float16.

    Returns
    -------
    Ranking
        What `compute_measures` needs.
    """
    scores = np.asarray(scores, np.float16)
    order = sort_rows(scores)
    ends = find_group_ends(scores[order])
    labels, genes = truth.labels[order], truth.genes[order]
    edges = np.unique(np.rint(np.geomspace(1, max(order.size, 2), _BINS)).astype(np.int64))
    bins = np.searchsorted(edges, ends + 1)
    cells = genes * edges.size + bins
    shape = truth.count, edges.size
    calls = choose_calls(order, truth.keys)
    concordant, pairs = count_pairs(truth.labels, scores, truth.genes, order, count=truth.count)
    return Ranking(
        truth,
        precision=average_sorted(labels, ends),
        positives=np.bincount(cells[labels], minlength=truth.count * edges.size).reshape(shape).astype(np.float64),
        totals=np.bincount(cells, minlength=truth.count * edges.size).reshape(shape).astype(np.float64),
        concordant=concordant,
        pairs=pairs,
        call_genes=truth.genes[calls],
        call_hits=truth.near[calls],
        call_scores=scores[calls],
        peak_ranks=_rank_peaks(truth.peaks, truth.keys[calls]),
    )


def compute_measures(ranking: Ranking, weights: np.ndarray, threshold: float | None = None) -> dict[str, np.ndarray]:
    """Compute all measures for draws of genes.

    Parameters
    ----------
    ranking : Ranking
        A ranked truth.
    weights : np.ndarray
        Float64 array (draws, genes), how often a draw holds each gene.
    threshold : float or None
        The lowest score of a call, for the measures of called sites; None leaves them NaN.

    Returns
    -------
    dict of str to np.ndarray
        Float64 array (draws,) for each of `MEASURES`; NaN where a draw does not define it.
    """
    truth = ranking.truth
    rows = weights @ ranking.totals.sum(axis=1)
    peaks = weights @ np.bincount(truth.peak_genes, minlength=truth.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        prevalence = weights @ ranking.positives.sum(axis=1) / rows
        precision = _average_binned(weights @ ranking.positives, weights @ ranking.totals)
        defined = ranking.pairs > 0
        areas = np.divide(ranking.concordant, ranking.pairs, out=np.zeros(truth.count), where=defined)
        values = {
            "prevalence": prevalence,
            "auPRC": precision,
            "auPRC_ratio": precision / prevalence,
            "AUC_genes": weights @ areas / (weights @ defined.astype(np.float64)),
            "AUC_pooled": weights @ ranking.concordant / (weights @ ranking.pairs),
        }
        calls = weights[:, ranking.call_genes].cumsum(axis=1)
        hits = (weights[:, ranking.call_genes] * ranking.call_hits).cumsum(axis=1)
        values["R_precision"] = _take(hits, _count_within(calls, peaks)) / peaks
        for budget in BUDGETS:
            limit = _count_within(calls, budget * rows / 1000)
            values[f"recall_{budget}_per_kb"] = _recall(ranking, weights, limit) / peaks
        values |= _measure_called(ranking, weights, threshold, hits=hits, calls=calls, rows=rows, peaks=peaks)
    return values


def draw_genes(count: int, draws: int, seed: int = 0) -> np.ndarray:
    """Draw genes with replacement.

    Parameters
    ----------
    count : int
        Number of genes.
    draws : int
        Number of draws.
    seed : int
        Seed of the draws.

    Returns
    -------
    np.ndarray
        Float64 array (draws, count), how often each draw holds each gene.
    """
    return np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)


def _average_binned(positives: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Compute the average precision of binned rows: float64 (draws,)."""
    reached = np.divide(
        positives.cumsum(axis=1), totals.cumsum(axis=1), out=np.zeros(positives.shape), where=totals.cumsum(axis=1) > 0
    )
    return (reached * positives).sum(axis=1) / positives.sum(axis=1)


def _rank_peaks(peaks: np.ndarray, calls: np.ndarray) -> np.ndarray:
    """Find the rank of the best call near each peak; `calls` are the keys of the calls, the best first."""
    order = np.argsort(calls, kind="stable")
    first = np.searchsorted(calls[order], peaks - NEAR)
    last = np.searchsorted(calls[order], peaks + NEAR, side="right")
    ranks = np.full(peaks.size, calls.size, np.int64)
    for step in range(int((last - first).max(initial=0))):
        reached = first + step < last
        ranks[reached] = np.minimum(ranks[reached], order[(first + step)[reached]])
    return ranks


def _count_within(cumulative: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Count the calls of each draw whose cumulative number is at most its limit."""
    return np.array(
        [np.searchsorted(row, limit, side="right") for row, limit in zip(cumulative, limits, strict=True)], np.int64
    )


def _take(cumulative: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the cumulative value after the first `counts` entries of each row."""
    padded = np.concatenate([np.zeros((len(cumulative), 1)), cumulative], axis=1)
    return padded[np.arange(len(padded)), counts]


def _recall(ranking: Ranking, weights: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Count the peaks of each draw that its first calls find."""
    peak_weights = weights[:, ranking.truth.peak_genes]
    return (peak_weights * (ranking.peak_ranks[None, :] < limits[:, None])).sum(axis=1)


def _measure_called(
    ranking: Ranking,
    weights: np.ndarray,
    threshold: float | None,
    *,
    hits: np.ndarray,
    calls: np.ndarray,
    rows: np.ndarray,
    peaks: np.ndarray,
) -> dict[str, np.ndarray]:
    """Measure the calls at or above a threshold: share of hits, share of peaks found, calls per 1,000 positions."""
    if threshold is None:
        missing = np.full(len(weights), np.nan)
        return dict.fromkeys(("called_precision", "called_recall", "called_per_kb"), missing)
    limits = np.full(len(weights), int((ranking.call_scores >= threshold).sum()))
    called = _take(calls, limits)
    return {
        "called_precision": _take(hits, limits) / called,
        "called_recall": _recall(ranking, weights, limits) / peaks,
        "called_per_kb": 1000 * called / rows,
    }
