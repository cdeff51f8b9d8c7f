"""Statistics that the scripts on variants share: bootstrap by cluster, intervals, correction for many tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import erfc, sqrt

import numpy as np

from ideep_scan.records.estimate import Estimate

REPLICATES = 2000


def draw_weights(clusters: Sequence[str], replicates: int = REPLICATES, seed: int = 1) -> np.ndarray:
    """Draw bootstrap samples of whole clusters: int (replicates + 1, n), how often each row is drawn.

    The first sample is the data itself, with a weight of 1 for every row.
    """
    names, index = np.unique(np.asarray(clusters), return_inverse=True)
    draws = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), replicates)
    return np.vstack([np.ones((1, len(index)), np.int64), draws[:, index]])


def summarize(values: np.ndarray) -> Estimate:
    """Make an estimate of the value of the data (first) and those of its bootstrap samples."""
    samples = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(samples, (0.025, 0.975)) if samples.size else (np.nan, np.nan)
    return Estimate(float(values[0]), float(low), float(high), float(samples.std()) if samples.size else np.nan)


def p_value(estimate: Estimate, null: float) -> float:
    """Compute the two-sided p-value of an estimate from the standard deviation of its bootstrap samples."""
    return float(erfc(abs(estimate.value - null) / estimate.sd / sqrt(2))) if estimate.sd > 0 else float("nan")


def adjust(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for the number of tests, as Benjamini and Hochberg (1995) do."""
    values = np.asarray(p_values)
    order = np.argsort(-values)
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(np.minimum.accumulate(values[order] * len(values) / ranks), 1)
    return adjusted.tolist()


def bootstrap(weights: np.ndarray, statistic: Callable[[np.ndarray], float]) -> Estimate:
    """Estimate a statistic of weighted rows."""
    return summarize(np.array([statistic(row) for row in weights]))


def weighted_spearman(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], float]:
    """Return the rank correlation of two series as a function of how often each row is drawn."""

    def correlate(weights: np.ndarray) -> float:
        rows = np.repeat(np.arange(len(x)), weights)
        first, second = rank(x[rows]), rank(y[rows])
        return float(np.corrcoef(first, second)[0, 1]) if np.ptp(first) and np.ptp(second) else float("nan")

    return correlate


def rank(values: np.ndarray) -> np.ndarray:
    """Rank values from 1; equal values share the mean of their ranks."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[index]


def estimate_text(estimate: Estimate, digits: int = 2) -> str:
    """Write an estimate with its interval."""
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
