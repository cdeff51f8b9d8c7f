"""Measurement of the precision of called sites, with peaks inside transcripts as truth.

`models/measured_precision.py` applies the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ideep_scan.models.measured_precision import compute_f1
from ideep_scan.train.calibrate import round_down
from ideep_scan.train.metrics import compute_wilson

NEAR = 50  # nt between a call and the peak that it finds, at most
LEAST_CALLS = 10  # calls at or above the last knot
_KNOTS = 100  # limit of knots in a table
_LIMIT = 17.0  # limit of the magnitude of a logit (`models.scale.logit`)


@dataclass(frozen=True, eq=False)
class JudgedCalls:
    """Calls of one model in judged transcripts, with the peaks there.

    The calls are all summits of the smoothed scores, whatever their score.
    Genes are numbered from 0; a gene counts as judged if it has a call or a peak.

    Attributes
    ----------
    logits : np.ndarray
        Float array (n,), smoothed log odds of each call.
    hits : np.ndarray
        Bool array (n,), True if the call is within 50 nt of a peak.
    genes : np.ndarray
        Integers (n,), gene of each call.
    peak_logits : np.ndarray
        Float array (p,), highest log odds of a call within 50 nt of each peak; -inf if there is none.
    peak_genes : np.ndarray
        Integers (p,), gene of each peak.
    """

    logits: np.ndarray
    hits: np.ndarray
    genes: np.ndarray
    peak_logits: np.ndarray
    peak_genes: np.ndarray


def measure_precision(
    calls: JudgedCalls, prevalence: float, *, truth: str, independent: bool, samples: int = 1000, seed: int = 0
) -> dict[str, Any]:
    """Measure the precision of calls at each score.

    Parameters
    ----------
    calls : JudgedCalls
        Calls and peaks.
    prevalence : float
        Share of positions of the judged transcripts that are within 50 nt of a peak.
    truth : str
        Source of the peaks.
    independent : bool
        True if the model did not learn from the laboratory or cells of the peaks.
    samples : int
        Bootstrap samples of genes.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    dict[str, Any]
        The JSON values of `models.measured_precision.MeasuredFields`, with up to 100 knots.

    Raises
    ------
    ValueError
        There are too few calls, there is no peak, or the prevalence is impossible.
    """
    if len(calls.logits) < LEAST_CALLS or not len(calls.peak_genes):
        raise ValueError(f"{len(calls.logits)} calls and {len(calls.peak_genes)} peaks: too few to measure a precision")
    if not 0 < prevalence < 1:
        raise ValueError(f"a prevalence of {prevalence} is not between 0 and 1")
    logits = np.clip(np.asarray(calls.logits, np.float64), -_LIMIT, _LIMIT)
    knots = _choose_knots(logits)
    bins = np.searchsorted(knots, logits, "right") - 1
    is_hit = np.asarray(calls.hits, bool)
    numbers, gene = np.unique(np.concatenate([calls.genes, calls.peak_genes]), return_inverse=True)
    call_counts = _count(gene[: len(bins)], bins, shape=(len(numbers), len(knots)))
    hit_counts = _count(gene[: len(bins)][is_hit], bins[is_hit], shape=call_counts.shape)
    at_or_above = np.cumsum(call_counts.sum(0)[::-1])[::-1], np.cumsum(hit_counts.sum(0)[::-1])[::-1]
    low, high = _widen(*_bootstrap(call_counts, hit_counts, samples, seed), *at_or_above)
    peak_logits = np.sort(np.asarray(calls.peak_logits, np.float64))
    recall = 1 - np.searchsorted(peak_logits, knots) / len(peak_logits)
    f1 = compute_f1(at_or_above[1] / at_or_above[0], recall)
    return {
        "logits": knots.tolist(),
        "calls": at_or_above[0].tolist(),
        "hits": at_or_above[1].tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "recall": recall.tolist(),
        "site_precision": _fit_local_precision(call_counts.sum(0), hit_counts.sum(0)).tolist(),
        "threshold": float(knots[f1.argmax()]) if f1.any() else None,
        "truth": truth,
        "independent": independent,
        "prevalence": prevalence,
        "genes": len(numbers),
        "peaks": len(peak_logits),
    }


def _choose_knots(logits: np.ndarray) -> np.ndarray:
    """Choose knots at even ratios of the number of calls at or above them, rounded down to four decimals."""
    counts = np.unique(np.round(np.geomspace(LEAST_CALLS, len(logits), _KNOTS)).astype(np.int64))
    return np.unique(round_down(np.sort(logits)[len(logits) - counts]))


def _count(rows: np.ndarray, columns: np.ndarray, *, shape: tuple[int, int]) -> np.ndarray:
    """Count pairs of row and column: int64 array of the shape."""
    return np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)


def _bootstrap(calls: np.ndarray, hits: np.ndarray, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Compute the 95 % interval of hits / calls at or above each knot, by drawing genes with replacement.

    A sample without a call at or above a knot is left out there.
    """
    genes = len(calls)
    draws = np.random.default_rng(seed).multinomial(genes, np.full(genes, 1 / genes), samples)
    drawn_calls, drawn_hits = (np.cumsum((draws @ table)[:, ::-1], 1)[:, ::-1] for table in (calls, hits))
    precision = np.divide(drawn_hits, drawn_calls, out=np.full(drawn_calls.shape, np.nan), where=drawn_calls > 0)
    low, high = np.nanquantile(precision, (0.025, 0.975), axis=0)
    return low, high


def _widen(low: np.ndarray, high: np.ndarray, calls: np.ndarray, hits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Widen intervals to at least Wilson's (1927) of independent calls: few genes are too alike to draw from."""
    lower, upper = compute_wilson(hits / calls, calls)
    return np.minimum(low, lower), np.maximum(high, upper)


def _fit_local_precision(calls: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Estimate the precision of calls from each knot to the next, never falling.

    Each bin counts half a hit and half a miss more (Jeffreys' prior), so that none is 0 or 1.
    Neighbours that fall are pooled, weighted by their calls (isotonic regression).
    """
    weights, values, lengths = [], [], []
    for count, hit in zip(calls.tolist(), hits.tolist(), strict=True):
        weights.append(float(count))
        values.append((hit + 0.5) / (count + 1))
        lengths.append(1)
        while len(values) > 1 and values[-2] > values[-1]:
            weight, value, length = weights.pop(), values.pop(), lengths.pop()
            values[-1] = (values[-1] * weights[-1] + value * weight) / (weights[-1] + weight)
            weights[-1] += weight
            lengths[-1] += length
    return np.repeat(values, lengths)
