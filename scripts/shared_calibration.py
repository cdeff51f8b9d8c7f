"""Calibrations of the models of the shared network, from their scores along the calibration region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from shared_region import AWAY, MAIN, SMOOTHING, RegionScores
from shared_ship import INSIDE, RATIO

from ideep_scan.train.calibrate import fit_calibration, round_down
from ideep_scan.train.measured_precision import JudgedCalls, measure_precision
from ideep_scan.train.metrics import auprc

LEAST_ROWS = 100  # positions in sites that measure a ranking
LEAST_SITES = 10  # sites that measure a precision
P_VALUE = 0.001  # of the threshold of a model whose precision is not measured
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


def calibrate(scores: Mapping[str, RegionScores], truth: str, region: str) -> ModelCalibration:
    """Calibrate one model.

    The default threshold has the best F1 of the calls that sites judge.
    Without sites it is the smoothed score of one background position in 1,000.

    Parameters
    ----------
    scores : Mapping[str, RegionScores]
        Scores along the region, by combination of modalities.
    truth : str
        Source of the sites, for the measured table.
    region : str
        Name of the region.

    Returns
    -------
    ModelCalibration
        The calibration of the shifted scores.
    """
    tables = {kind: table for kind, item in scores.items() if (table := _measure(item, truth)) is not None}
    background, smoothed, sites = (
        {kind: np.concatenate(getattr(item, name)).astype(np.float64) for kind, item in scores.items()}
        for name in ("background", "smoothed", "sites")
    )
    main = tables.get(MAIN)
    if main is not None and main["threshold"] is not None:
        shift = main["threshold"]
        threshold = f"0.5: the score with the best F1 in bound transcripts of {region}"
    else:
        shift = float(round_down(np.quantile(smoothed[MAIN], 1 - P_VALUE, keepdims=True))[0])
        threshold = "0.5: the score that one in 1,000 background positions reaches (p = 0.001); no site chooses it"
    source = f"assumed: {region} has too few sites to measure it"
    if main is not None:
        source = f"share of positions within 50 nt of a site, in transcripts of {region} with at least one"
    table = fit_calibration(
        {kind: logits - shift for kind, logits in background.items()},
        {kind: logits - shift for kind, logits in sites.items()},
        ASSUMED if main is None else main["prevalence"],
        source,
        f"background: RefSeq transcript positions of {region}, every fourth, more than {AWAY} nt from a site of the "
        "model's experiments; this region stands for the genome.",
        smoothing=SMOOTHING,
        smoothed_background={kind: logits - shift for kind, logits in smoothed.items()},
        measured={kind: _shift(table, shift) for kind, table in tables.items()} or None,
    )
    return ModelCalibration(table, shift, threshold)


def describe_inside(scores: Mapping[str, RegionScores], truth: str) -> dict[str, Any]:
    """Measure how well a model ranks positions of the region, for models that no list of a benchmark judges.

    Parameters
    ----------
    scores : Mapping[str, RegionScores]
        Scores along the region, by combination of modalities.
    truth : str
        Source of the sites.

    Returns
    -------
    dict[str, Any]
        `inside transcripts`, for the card; empty if rows were not kept or too few are in sites.
    """
    main = scores[MAIN]
    if sum(int(part.sum()) for part in main.row_labels) < LEAST_ROWS:
        return {}
    labels, logits = np.concatenate(main.row_labels), np.concatenate(main.row_logits)
    precision, prevalence = auprc(labels, logits), float(labels.mean())
    figures = {"prevalence": prevalence, "auPRC": precision, RATIO: precision / prevalence}
    facts = {"truth": truth, "peaks": sum(map(len, main.peaks))}
    return {INSIDE: facts | {name: {"value": round(value, 5)} for name, value in figures.items()}}


def _measure(scores: RegionScores, truth: str) -> dict[str, Any] | None:
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
