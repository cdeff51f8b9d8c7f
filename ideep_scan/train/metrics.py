"""Measures of accuracy: AUC, auPRC and rank, with bootstrap confidence intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ideep_scan.records.estimate import Estimate
from ideep_scan.records.span import Strand

_NORMAL = 1.96  # quantile of the normal distribution of a 95 % interval


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Compute the area under the ROC curve.

    It is the chance that a positive scores above a negative; ties count half.

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,).
    scores : np.ndarray
        Float array (n,).

    Returns
    -------
    float
        AUC, 0 to 1.

    Raises
    ------
    ValueError
        All labels are equal.

    Examples
    --------
    >>> auc(np.array([0, 1, 1]), np.array([0.1, 0.9, 0.1]))
    0.75
    """
    from sklearn.metrics import roc_auc_score

    _check_classes(labels)
    return float(roc_auc_score(labels, scores))


def auprc(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Compute the area under the precision-recall curve, as average precision (without interpolation).

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,).
    scores : np.ndarray
        Float array (n,).
    weights : np.ndarray or None
        Float array (n,), number of rows that each row stands for; None for 1.

    Returns
    -------
    float
        auPRC, 0 to 1.

    Raises
    ------
    ValueError
        All labels are equal.
    """
    from sklearn.metrics import average_precision_score

    _check_classes(labels)
    return float(average_precision_score(labels, scores, sample_weight=weights))


def bootstrap(statistic: Callable[..., float], *arrays: np.ndarray, samples: int = 1000, seed: int = 0) -> Estimate:
    """Estimate a statistic with its confidence interval, by drawing rows with replacement.

    A sample for which the statistic raises ValueError (such as one class only) is drawn again.

    Parameters
    ----------
    statistic : Callable[..., float]
        Function of the arrays.
    *arrays : np.ndarray
        Arrays (n, ...), whose rows are drawn together.
    samples : int
        Number of samples.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    Estimate
        The statistic of all rows, its 95 % interval and its standard deviation.
    """
    value = statistic(*arrays)
    rng = np.random.default_rng(seed)
    rows = len(arrays[0])
    statistics: list[float] = []
    while len(statistics) < samples:
        sample = rng.integers(0, rows, rows)
        try:
            statistics.append(statistic(*(array[sample] for array in arrays)))
        except ValueError:
            continue
    return _estimate(value, np.array(statistics))


def auc_and_auprc(
    labels: np.ndarray, scores: np.ndarray, samples: int = 1000, seed: int = 0
) -> tuple[Estimate, Estimate]:
    """Estimate AUC and auPRC from the same samples, faster than two calls of `bootstrap`.

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,).
    scores : np.ndarray
        Float array (n,).
    samples : int
        Number of samples.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    tuple[Estimate, Estimate]
        AUC and auPRC.

    Raises
    ------
    ValueError
        All labels are equal.
    """
    figures = auc(labels, scores), auprc(labels, scores)
    order = np.argsort(-scores, kind="stable")
    positive = labels[order] == 1
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of each run of equal scores
    rng = np.random.default_rng(seed)
    samples_drawn: list[np.ndarray] = []
    while len(samples_drawn) < samples:
        multiplicity = np.bincount(rng.integers(0, len(labels), len(labels)), minlength=len(labels))[order]
        if multiplicity[positive].any() and multiplicity[~positive].any():
            samples_drawn.append(multiplicity)
    counts = np.array(samples_drawn)
    true, false = (np.cumsum(counts * mask, axis=1)[:, ends] for mask in (positive, ~positive))
    more_true, more_false = (np.diff(sums, axis=1, prepend=0) for sums in (true, false))
    aucs = (more_false * (true - more_true / 2)).sum(1) / (true[:, -1] * false[:, -1])
    auprcs = (more_true * true / np.maximum(true + false, 1)).sum(1) / true[:, -1]
    return _estimate(figures[0], aucs), _estimate(figures[1], auprcs)


def rank_among(score: float, others: np.ndarray) -> float:
    """Compute the share of other scores that are lower; ties count half, NaN is ignored.

    Parameters
    ----------
    score : float
        The score to rank.
    others : np.ndarray
        Float array, at least one value that is not NaN.

    Returns
    -------
    float
        Rank, 0 to 1.

    Examples
    --------
    >>> rank_among(0.5, np.array([0.1, 0.5, 0.9, np.nan]))
    0.5
    """
    others = others[~np.isnan(others)]
    return float(((others < score).sum() + 0.5 * (others == score).sum()) / others.size)


def rank_sites(
    tracks: Mapping[Strand, np.ndarray], sites: Iterable[tuple[int, Strand]], reach: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rank each site among the scored positions around it.

    The mean of the ranks is an AUC within transcripts.

    Parameters
    ----------
    tracks : Mapping[Strand, np.ndarray]
        By strand, the score of each position of one contig, in genome order; NaN means "not scored".
    sites : Iterable[tuple[int, Strand]]
        0-based position and strand of each site.
    reach : int
        Positions to compare with on each side of a site, on its strand.

    Returns
    -------
    rank : np.ndarray
        Float64 array (n,), the share of other positions that score lower; ties count half.
        NaN if the site or all positions around it are not scored.
    others : np.ndarray
        Int64 array (n,), the number of scored positions around the site, without the site.
    """
    rank, others = [], []
    for position, strand in sites:
        track = tracks[strand]
        neighbours = np.concatenate(
            [track[max(0, position - reach) : position], track[position + 1 : position + 1 + reach]]
        )
        score, count = float(track[position]), int(np.isfinite(neighbours).sum())
        rank.append(rank_among(score, neighbours) if count and not np.isnan(score) else np.nan)
        others.append(count)
    return np.array(rank, np.float64), np.array(others, np.int64)


def compute_wilson(shares: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute 95 % confidence intervals of shares (Wilson 1927, J. Am. Stat. Assoc. 22:209).

    Parameters
    ----------
    shares : np.ndarray
        Float array of shares.
    counts : np.ndarray
        Independent cases that each share is of, of the same shape.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Lower and upper limits, from 0 to 1.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in compute_wilson(np.array(0.5), np.array(10))]
    [0.237, 0.763]
    """
    square = _NORMAL**2 / counts
    centre = (shares + square / 2) / (1 + square)
    half = _NORMAL * np.sqrt(shares * (1 - shares) / counts + square / (4 * counts)) / (1 + square)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def _estimate(value: float, statistics: np.ndarray) -> Estimate:
    low, high = np.quantile(statistics, (0.025, 0.975))
    return Estimate(value, float(low), float(high), float(statistics.std()))


def _check_classes(labels: np.ndarray) -> None:
    """Refuse a single class, for which scikit-learn returns NaN or 0 with a warning."""
    if labels.min() == labels.max():
        raise ValueError("all labels are equal")
