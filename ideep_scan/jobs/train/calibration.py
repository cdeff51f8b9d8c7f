"""Calibration of a model from its scores along held-out transcripts, with the threshold that becomes a score of 0.5.

Validation transcripts choose the threshold, and test transcripts measure its precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ideep_scan.jobs.thresholds import P_VALUE
from ideep_scan.jobs.train.locus_scores import SMOOTHING, LocusScores
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import logit
from ideep_scan.train.calibrate import COUNTED, fit_calibration, round_down
from ideep_scan.train.measured_precision import JudgedCalls, measure_precision
from ideep_scan.train.metrics import auprc

MAIN = "sequence+region"
INSIDE = "inside transcripts"  # entry of a card
RATIO = "auPRC / prevalence"
LEAST_ROWS = 100  # positions in sites that measure a ranking
LEAST_SITES = 10  # sites that measure a precision
ASSUMED = 0.01  # share of positions near a site, where it is not measured
_DECIMALS = {"low": 4, "high": 4, "recall": 4, "site_precision": 4, "logits": 4}


@dataclass(frozen=True)
class ModelCalibration:
    """The calibration of one model.

    Attributes
    ----------
    table : dict[str, Any]
        JSON values of the bundle.
    shift : float
        Log odds to subtract from the model's outputs, so that the default threshold is a score of 0.5.
    threshold : str
        Rule that chose the threshold, for the card.
    """

    table: dict[str, Any]
    shift: float
    threshold: str


def find_best_thresholds(scores: Mapping[str, LocusScores], truth: str) -> dict[str, float]:
    """Find the thresholds with the best F1 of the calls that sites judge.

    Parameters
    ----------
    scores : Mapping[str, LocusScores]
        Scores along loci, by combination of modalities.
    truth : str
        Source of the sites.

    Returns
    -------
    dict[str, float]
        Smoothed log odds by combination; one with too few sites is left out.
    """
    tables = {kind: _measure(item, truth) for kind, item in scores.items()}
    return {kind: table["threshold"] for kind, table in tables.items() if table and table["threshold"] is not None}


def calibrate(
    scores: Mapping[str, LocusScores],
    thresholds: Mapping[str, float],
    truth: str,
    region: str,
    *,
    limits: str,
    place: str,
    main: str = MAIN,
) -> ModelCalibration:
    """Calibrate one model.

    The default threshold is the given one if sites measure its precision, else the smoothed score with p = 0.001.

    Parameters
    ----------
    scores : Mapping[str, LocusScores]
        Scores along held-out loci, by combination of modalities.
    thresholds : Mapping[str, float]
        Result of `find_best_thresholds`, on other loci if there are others.
    truth : str
        Source of the sites, for the measured table.
    region : str
        Name of these loci.
    limits : str
        The data of the background, and its limits.
    place : str
        Loci of the thresholds, for the card: "in ...".
    main : str
        Combination of modalities that chooses the threshold.

    Returns
    -------
    ModelCalibration
        The calibration of the shifted scores.

    Raises
    ------
    ValueError
        There are too few background positions.
    """
    tables = {
        kind: {**table, "threshold": thresholds.get(kind)}
        for kind, item in scores.items()
        if (table := _measure(item, truth)) is not None
    }
    background, smoothed, sites = (
        {kind: item.join(name).astype(np.float64) for kind, item in scores.items()}
        for name in ("background", "smoothed", "sites")
    )
    measured = tables.get(main)
    if measured is not None and measured["threshold"] is not None:
        shift = measured["threshold"]
        threshold = f"0.5: the smoothed score with the best F1 {place}"
    else:
        shift = _find_logit(smoothed[main], main, P_VALUE)
        threshold = f"0.5: the smoothed score with p = {P_VALUE:g}; too few held-out sites choose one"
    source = f"assumed: {region} has too few sites to measure it"
    if measured is not None:
        source = f"share of positions within 50 nt of a site, in transcripts of {region} with at least one"
    counted = COUNTED / min(map(len, smoothed.values()))
    table = fit_calibration(
        {kind: logits - shift for kind, logits in background.items()},
        {kind: logits - shift for kind, logits in sites.items()},
        ASSUMED if measured is None else measured["prevalence"],
        source,
        f"{limits} P-values below {counted:.2g} are extrapolated.",
        smoothing=SMOOTHING,
        smoothed_background={kind: logits - shift for kind, logits in smoothed.items()},
        measured={kind: _shift(table, shift) for kind, table in tables.items()} or None,
    )
    return ModelCalibration(table, shift, threshold)


def _find_logit(background: np.ndarray, kind: str, p_value: float) -> float:
    """Find the log odds with a p-value, as the calibration of this background counts and extrapolates it."""
    table = fit_calibration({kind: background}, {}, ASSUMED, "", "")
    scale = Calibration.from_dict(table).scales[kind]
    return float(round_down(logit(np.array([scale.find_score(p_value)])))[0])


def describe_inside(scores: LocusScores, truth: str) -> dict[str, Any]:
    """Measure how well a model ranks the positions of held-out transcripts with a site.

    Parameters
    ----------
    scores : LocusScores
        Scores along the transcripts, with `keep_rows`.
    truth : str
        Source of the sites.

    Returns
    -------
    dict[str, Any]
        `INSIDE`, for the card; empty if rows were not kept or too few are in sites.
    """
    labels, logits, weights = (scores.join(name) for name in ("row_labels", "row_logits", "row_weights"))
    if labels.sum() < LEAST_ROWS:
        return {}
    precision, prevalence = auprc(labels, logits, weights), float(np.average(labels, weights=weights))
    figures = {"prevalence": prevalence, "auPRC": precision, RATIO: precision / prevalence}
    facts = {"truth": truth, "peaks": sum(map(len, scores.peaks))}
    return {INSIDE: facts | {name: {"value": round(value, 5)} for name, value in figures.items()}}


def _measure(scores: LocusScores, truth: str) -> dict[str, Any] | None:
    """Measure the precision of the calls; None if there are too few sites or calls."""
    if sum(map(len, scores.peaks)) < LEAST_SITES:
        return None
    columns = ("calls", "hits", "call_loci", "peaks", "peak_loci")
    calls = JudgedCalls(*(np.concatenate(getattr(scores, name)) for name in columns))
    try:
        return measure_precision(calls, sum(scores.near) / sum(scores.judged), truth=truth, independent=False)
    except ValueError:
        return None


def _shift(table: Mapping[str, Any], shift: float) -> dict[str, Any]:
    """Subtract the shift from the knots of a measured table, and round its figures."""
    shifted = {**table, "logits": [value - shift for value in table["logits"]]}
    if table["threshold"] is not None:
        shifted["threshold"] = round(table["threshold"] - shift, 4)
    for name, decimals in _DECIMALS.items():
        shifted[name] = [round(value, decimals) for value in shifted[name]]
    return {**shifted, "prevalence": round(table["prevalence"], 6)}
