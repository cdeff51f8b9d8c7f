"""Judge predictors by one list of peaks: measures with intervals, on all regions and on parts of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ideep_scan.benchmark.within.measures import compute_tile_precision, smooth
from ideep_scan.benchmark.within.ranking import MEASURES, Ranking, compute_measures, draw_genes, rank
from ideep_scan.benchmark.within.truths import JudgedList
from ideep_scan.records.estimate import Estimate

TILE_PRECISION = "auPRC_600_nt"
COLUMNS = (*MEASURES, TILE_PRECISION)
_DRAWS = 200
_CURVE = np.geomspace(1e-3, 1, 60)  # recalls of a precision-recall curve


@dataclass(frozen=True, eq=False)
class Predictor:
    """Scores of all rows of the ground.

    Attributes
    ----------
    name : str
        Name in the tables, such as `region type` or `shared`.
    values : np.ndarray
        Float array (n,).
    source : str
        Source of the model, as in `--model`; empty for a baseline.
    model : str
        Name of the model; empty for a baseline.
    relation : str
        'same' if the model learned from the list's experiment, 'other' if not; empty for a baseline.
    smoothing : int
        Width in nt of a mean over neighbouring rows; 0 for none.
    threshold : float or None
        The lowest value of a call by default; None if there is no default.
    """

    name: str
    values: np.ndarray
    source: str = ""
    model: str = ""
    relation: str = ""
    smoothing: int = 0
    threshold: float | None = None


@dataclass(frozen=True, eq=False)
class Judgement:
    """Measures of one predictor by one list, on one part of the held-out regions.

    Attributes
    ----------
    experiment, protein : str
        The list and its protein.
    part : str
        Part of the held-out regions.
    predictor, source, model, relation : str
        As in `Predictor`.
    genes, peaks, positions : int
        Genes with a peak, peaks more than 50 nt apart, and scored positions in these genes.
    estimates : mapping of str to Estimate
        Each of `COLUMNS`; NaN where it is not defined.
    draws : mapping of str to np.ndarray
        Bootstrap draws of each, float64 arrays.
    curve : np.ndarray
        Float64 array (2, points), recall and precision.
    """

    experiment: str
    protein: str
    part: str
    predictor: str
    source: str
    model: str
    relation: str
    genes: int
    peaks: int
    positions: int
    estimates: Mapping[str, Estimate]
    draws: Mapping[str, np.ndarray] = field(repr=False, default_factory=dict)
    curve: np.ndarray = field(repr=False, default_factory=lambda: np.zeros((2, 0)))


def judge(judged: JudgedList, part: str, predictors: Sequence[Predictor], seed: int = 0) -> list[Judgement]:
    """Judge predictors by one list.

    Parameters
    ----------
    judged : JudgedList
        The list on a part of the ground.
    part : str
        Name of the part.
    predictors : sequence of Predictor
        Scores of all rows of the complete ground.
    seed : int
        Seed of the bootstrap, the same for all predictors: their draws are paired.

    Returns
    -------
    list of Judgement
        One for each predictor.
    """
    truth = judged.truth
    weights = draw_genes(truth.count, _DRAWS, seed)
    judgements = []
    for predictor in predictors:
        scores = smooth(predictor.values[judged.rows], truth.keys, predictor.smoothing).astype(np.float16)
        ranking = rank(truth, scores)
        point = compute_measures(ranking, np.ones((1, truth.count)), predictor.threshold)
        values = {name: float(value[0]) for name, value in point.items()}
        values["auPRC"], values["auPRC_ratio"] = ranking.precision, ranking.precision / values["prevalence"]
        draws = compute_measures(ranking, weights, predictor.threshold)
        values[TILE_PRECISION], draws[TILE_PRECISION] = _judge_tiles(judged, scores, weights)
        judgements.append(
            Judgement(
                judged.peaks.name,
                judged.peaks.protein,
                part,
                predictor.name,
                predictor.source,
                predictor.model,
                predictor.relation,
                genes=truth.count,
                peaks=truth.peaks.size,
                positions=truth.keys.size,
                estimates={name: _estimate(values[name], draws[name]) for name in COLUMNS},
                draws=draws,
                curve=_draw_curve(ranking),
            )
        )
    return judgements


def average(judgements: Sequence[Judgement], column: str) -> Estimate:
    """Average a measure over proteins; the lists of a protein are averaged first.

    Parameters
    ----------
    judgements : sequence of Judgement
        Judgements of one predictor.
    column : str
        The measure.

    Returns
    -------
    Estimate
        The mean over the proteins for which it is defined; NaN if there is none.
    """
    by_protein: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if np.isfinite(judgement.estimates[column].value):
            by_protein.setdefault(judgement.protein, []).append(judgement)
    if not by_protein:
        return Estimate(*[float("nan")] * 4)
    values = [np.mean([part.estimates[column].value for part in parts]) for parts in by_protein.values()]
    draws = [np.mean([part.draws[column] for part in parts], axis=0) for parts in by_protein.values()]
    return _estimate(float(np.mean(values)), np.mean(draws, axis=0))


def _judge_tiles(judged: JudgedList, scores: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Average the precision inside tiles of 600 nt, for an eCLIP list; NaN without tiles."""
    if judged.peaks.is_parclip:
        return float("nan"), np.full(len(weights), np.nan)
    truth = judged.truth
    precisions, genes = compute_tile_precision(truth.keys, judged.points, scores, truth.genes)
    if not precisions.size:
        return float("nan"), np.full(len(weights), np.nan)
    with np.errstate(invalid="ignore"):
        draws = weights[:, genes] @ precisions / weights[:, genes].sum(axis=1)
    return float(precisions.mean()), draws


def _estimate(value: float, draws: np.ndarray) -> Estimate:
    defined = draws[np.isfinite(draws)]
    if not np.isfinite(value) or not defined.size:
        return Estimate(value, float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(defined, (0.025, 0.975))
    return Estimate(value, min(float(low), value), max(float(high), value), float(defined.std()))


def _draw_curve(ranking: Ranking) -> np.ndarray:
    """Compute the precision at some recalls."""
    positives, totals = ranking.positives.sum(axis=0).cumsum(), ranking.totals.sum(axis=0).cumsum()
    recall = positives / positives[-1]
    reached = np.minimum(np.searchsorted(recall, _CURVE), recall.size - 1)
    return np.stack([_CURVE, positives[reached] / totals[reached]])
