"""Curves of accuracy: ROC, precision and recall, sites found among the top positions, and scores against shares."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ideep_scan.train.metrics import compute_wilson

BINS = 10  # bins of scores


class ScoreBin(NamedTuple):
    """Windows with similar scores.

    Attributes
    ----------
    score : float
        Mean score.
    share : float
        Share of sites among them.
    low, high : float
        Wilson's 95 % confidence interval of the share.
    windows : int
        Number of windows.
    """

    score: float
    share: float
    low: float
    high: float
    windows: int


def compute_roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute the ROC curve from (0, 0) to (1, 1).

    Parameters
    ----------
    labels : np.ndarray
        0 or 1, shape (n,).
    scores : np.ndarray
        Scores, shape (n,).

    Returns
    -------
    tuple of np.ndarray
        False and true positive rates at every threshold, two float64 arrays of one length.
    """
    from sklearn.metrics import roc_curve

    false, true, _ = roc_curve(labels, scores)
    return false, true


def compute_precision(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute recall and precision at every threshold, from the highest score down.

    Parameters
    ----------
    labels : np.ndarray
        0 or 1, shape (n,), with at least one 1.
    scores : np.ndarray
        Scores, shape (n,).

    Returns
    -------
    tuple of np.ndarray
        Recall, rising to 1, and precision: two float64 arrays of one length.

    Examples
    --------
    >>> [curve.tolist() for curve in compute_precision(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1]))]
    [[0.5, 0.5, 1.0, 1.0], [1.0, 0.5, 0.6666666666666666, 0.5]]
    """
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of each run of equal scores
    true = np.cumsum(labels[order] == 1)[ends]
    return true / true[-1], true / (ends + 1)


def thin_curve(x: np.ndarray, y: np.ndarray, points: int) -> list[tuple[float, float]]:
    """Choose points of a curve at about even steps of x; the first and the last one stay.

    Examples
    --------
    >>> thin_curve(np.linspace(0, 1, 101), np.linspace(0, 1, 101), 3)
    [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]
    """
    rows = np.searchsorted(x, np.linspace(x[0], x[-1], points))
    rows = np.unique(np.concatenate([[0], rows, [len(x) - 1]]).clip(0, len(x) - 1))
    return list(zip(x[rows].tolist(), y[rows].tolist(), strict=True))


def bin_scores(labels: np.ndarray, scores: np.ndarray) -> list[ScoreBin]:
    """Compare scores with the share of sites, in bins of equal width. Empty bins are left out.

    Parameters
    ----------
    labels : np.ndarray
        0 or 1, shape (n,).
    scores : np.ndarray
        Scores, 0 to 1, shape (n,).

    Returns
    -------
    list of ScoreBin
        Up to `BINS` bins, by rising score.

    Examples
    --------
    >>> [(row.windows, row.share) for row in bin_scores(np.array([0, 1, 1]), np.array([0.05, 0.93, 0.97]))]
    [(1, 0.0), (2, 1.0)]
    """
    number = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    bins = []
    for row in np.unique(number).tolist():
        inside = number == row
        windows, share = int(inside.sum()), float(labels[inside].mean())
        low, high = map(float, compute_wilson(np.array(share), np.array(windows)))
        bins.append(ScoreBin(float(scores[inside].mean()), share, low, high, windows))
    return bins
