"""Methods of the benchmark against each other: means with their noise, correlation over experiments, ROC curves.

The figures of a single method are those of `train/metrics.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.benchmark.records import Mean, Row
from ideep_scan.records.estimate import Estimate


def mean_of(rows: Sequence[Row], paper: float | None) -> Mean:
    """Mean over experiments of the rows of one method."""
    auc, auc_sd = _mean([row.auc for row in rows])
    auprc, auprc_sd = _mean([row.auprc for row in rows])
    seconds = float(np.mean([row.seconds for row in rows]))
    return Mean(rows[0].protocol, rows[0].method, len(rows), auc, auc_sd, auprc, auprc_sd, seconds, paper)


def _mean(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Mean, and its standard deviation as that of a mean of independent estimates."""
    spread = np.sqrt(np.sum([each.sd**2 for each in estimates])) / len(estimates)
    return float(np.mean([each.value for each in estimates])), float(spread)


def correlation(columns: Sequence[Sequence[float]]) -> np.ndarray:
    """Pearson correlation of each two columns over their rows: float64 (columns, columns).

    NaN where a column does not vary, so that there is nothing to correlate.
    """
    values = np.asarray(columns, np.float64)
    centred = values - values.mean(axis=1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=1))
    length[length < 1e-12] = np.nan
    return np.clip(centred @ centred.T / np.outer(length, length), -1, 1)


def roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates at every threshold, from (0, 0) to (1, 1): two float64 arrays of one length."""
    from sklearn.metrics import roc_curve

    false, true, _ = roc_curve(labels, scores)
    return false, true
