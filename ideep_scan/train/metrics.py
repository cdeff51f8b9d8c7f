"""How good a model is: AUC, auPRC and rank, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ideep_scan.records.estimate import Estimate
from ideep_scan.records.span import Strand


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    Raises ValueError where all labels are of one class.
    """
    from sklearn.metrics import roc_auc_score

    _check_classes(labels)
    return float(roc_auc_score(labels, scores))


def auprc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the precision-recall curve, as average precision (no interpolation).

    Raises ValueError where all labels are of one class.
    """
    from sklearn.metrics import average_precision_score

    _check_classes(labels)
    return float(average_precision_score(labels, scores))


def bootstrap(statistic: Callable[..., float], *arrays: np.ndarray, samples: int = 1000, seed: int = 0) -> Estimate:
    """A statistic of rows with its interval, from rows drawn anew with replacement.

    A draw for which the statistic is undefined (it raises ValueError: one class only) is drawn again.
    """
    value = statistic(*arrays)
    rng = np.random.default_rng(seed)
    rows = len(arrays[0])
    drawn: list[float] = []
    while len(drawn) < samples:
        pick = rng.integers(0, rows, rows)
        try:
            drawn.append(statistic(*(array[pick] for array in arrays)))
        except ValueError:
            continue
    return _estimate(value, np.array(drawn))


def auc_and_auprc(
    labels: np.ndarray, scores: np.ndarray, samples: int = 1000, seed: int = 0
) -> tuple[Estimate, Estimate]:
    """`bootstrap` of `auc` and of `auprc` from the same draws, in a fraction of the time.

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,).
    scores : np.ndarray
        Float array (n,).
    Raises ValueError where all labels are of one class.
    """
    whole = auc(labels, scores), auprc(labels, scores)
    order = np.argsort(-scores, kind="stable")
    bound = labels[order] == 1
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of each run of equal scores
    rng = np.random.default_rng(seed)
    draws: list[np.ndarray] = []
    while len(draws) < samples:
        times = np.bincount(rng.integers(0, len(labels), len(labels)), minlength=len(labels))[order]
        if times[bound].any() and times[~bound].any():
            draws.append(times)
    drawn = np.array(draws)
    true, false = (np.cumsum(drawn * kind, axis=1)[:, ends] for kind in (bound, ~bound))
    more_true, more_false = (np.diff(counts, axis=1, prepend=0) for counts in (true, false))
    aucs = (more_false * (true - more_true / 2)).sum(1) / (true[:, -1] * false[:, -1])
    auprcs = (more_true * true / np.maximum(true + false, 1)).sum(1) / true[:, -1]
    return _estimate(whole[0], aucs), _estimate(whole[1], auprcs)


def rank_among(score: float, others: np.ndarray) -> float:
    """Share of `others` that score below, ties counting half; NaN (not scored) takes no part."""
    others = others[~np.isnan(others)]
    return float(((others < score).sum() + 0.5 * (others == score).sum()) / others.size)


def ranks(
    tracks: Mapping[Strand, np.ndarray], sites: Iterable[tuple[int, Strand]], reach: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rank of each site among the scored positions around it; the mean of the ranks is an AUC within transcripts.

    Parameters
    ----------
    tracks : Mapping[Strand, np.ndarray]
        Score of each position of one contig by strand, in the order of the genome;
        NaN = not scored.
    sites : Iterable[tuple[int, Strand]]
        0-based position and strand of each site.
    reach : int
        How far to look on each side of a site, on its own strand, nt.

    Returns
    -------
    rank : np.ndarray
        Float64 array (n,), share of the others that score below, ties counting half;
        NaN where the site or nothing around it is scored.
    others : np.ndarray
        Int64 array (n,), scored positions around the site, itself not counted.
    """
    rank, others = [], []
    for position, strand in sites:
        track = tracks[strand]
        near = np.concatenate([track[max(0, position - reach) : position], track[position + 1 : position + 1 + reach]])
        score, known = float(track[position]), int(np.isfinite(near).sum())
        rank.append(rank_among(score, near) if known and not np.isnan(score) else np.nan)
        others.append(known)
    return np.array(rank, np.float64), np.array(others, np.int64)


def _estimate(value: float, drawn: np.ndarray) -> Estimate:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, float(low), float(high), float(drawn.std()))


def _check_classes(labels: np.ndarray) -> None:
    """scikit-learn answers one class with a warning and NaN or 0, which would pass for a figure."""
    if labels.min() == labels.max():
        raise ValueError("all labels are of one class")
