"""Comparison of methods: means over experiments with their standard deviations, and correlations.

`train/metrics.py` computes the figures of a single method.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.benchmark.records import Mean, Row
from ideep_scan.records.estimate import Estimate


def average_rows(rows: Sequence[Row], paper: float | None) -> Mean:
    """Average the rows of one method over experiments.

    Parameters
    ----------
    rows : sequence of Row
        Rows of one method, one for each experiment.
    paper : float or None
        Mean AUC in the paper.

    Returns
    -------
    Mean
        Means, with standard deviations as of a mean of independent estimates.
    """
    auc, auc_sd = _mean([row.auc for row in rows])
    auprc, auprc_sd = _mean([row.auprc for row in rows])
    seconds = float(np.mean([row.seconds for row in rows]))
    return Mean(rows[0].protocol, rows[0].method, len(rows), auc, auc_sd, auprc, auprc_sd, seconds, paper)


def _mean(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Return the mean of independent estimates and its standard deviation."""
    spread = np.sqrt(np.sum([estimate.sd**2 for estimate in estimates])) / len(estimates)
    return float(np.mean([estimate.value for estimate in estimates])), float(spread)


def correlate(columns: Sequence[Sequence[float]]) -> np.ndarray:
    """Compute the Pearson correlation of each pair of columns.

    Parameters
    ----------
    columns : sequence of sequence of float
        Columns of one length.

    Returns
    -------
    np.ndarray
        float64 (columns, columns); NaN for a constant column.

    Examples
    --------
    >>> correlate([[1, 2, 3], [3, 2, 1]]).round(3).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    values = np.asarray(columns, np.float64)
    centred = values - values.mean(axis=1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=1))
    length[length < 1e-12] = np.nan
    return np.clip(centred @ centred.T / np.outer(length, length), -1, 1)
