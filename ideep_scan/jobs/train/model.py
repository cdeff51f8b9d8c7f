"""From windows to a finished model: train the network, calibrate it along held-out transcripts, describe it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import SequenceSource
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.jobs.train.calibration import ModelCalibration, calibrate, describe_inside, find_best_thresholds
from ideep_scan.jobs.train.held_out import HeldOutScan, find_held_out
from ideep_scan.jobs.train.locus_scores import AWAY, LocusScores
from ideep_scan.jobs.train.outcome import TrainingOutcome
from ideep_scan.jobs.train.settings import ZOO, TrainSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration, name_kind
from ideep_scan.models.contributions import read_codes
from ideep_scan.models.measured_precision import HELD_OUT_SITES
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.estimate import Estimate
from ideep_scan.records.places import group_by_strand
from ideep_scan.records.span import Span
from ideep_scan.train.calibrate import LEAST_POSITIONS, Reliability, compute_prior_weights, measure_reliability
from ideep_scan.train.fit import predict
from ideep_scan.train.metrics import auc, auc_and_auprc, bootstrap
from ideep_scan.train.own_fit import Epoch, OwnFit
from ideep_scan.train.site_summary import SiteSummary
from ideep_scan.train.training_data import SITE, TEST, TRAIN, VALIDATION, TrainingData

REGION = "the held-out part"
UNCALIBRATED = "0.5: the score with the best F1 on validation windows; too few held-out positions choose it"
_SEQUENCE = ("sequence",)
_COBINDING = "cobinding"
_LEAST_OF_CLASS = 2  # windows of each class in a part that trains or validates


class TrainMonitor(Protocol):
    """Observer of a training."""

    def begins(self, windows: int, notes: Sequence[str]) -> None:
        """Take note of the number of windows, and of remarks on the inputs, which are checked."""
        ...

    def starts(self, stage: str, total: int | None) -> None:
        """Take note that a stage starts, and of its steps if they are known."""
        ...

    def advance(self, steps: int) -> None:
        """Take note that more steps of the stage are done."""
        ...

    def learned(self, epoch: Epoch) -> None:
        """Take note of a finished epoch."""
        ...


@dataclass(frozen=True, eq=False)
class TrainingInputs:
    """Everything that a training reads.

    Attributes
    ----------
    data : TrainingData
        The windows.
    summary : SiteSummary or None
        Summary of the sites; None for windows without a place in a genome.
    draft : ModelBundle
        The model with an untrained network.
    featurizer : Featurizer
        Computes the features of the model's modalities.
    source : SequenceSource or None
        The genome, whose held-out transcripts are scored; None for windows.
    loci : tuple of Span
        The loci that `data.locus` counts.
    """

    data: TrainingData
    summary: SiteSummary | None
    draft: ModelBundle
    featurizer: Featurizer
    source: SequenceSource | None
    loci: tuple[Span, ...] = ()


def check_parts(data: TrainingData) -> None:
    """Check that training and validation have windows of both classes.

    Parameters
    ----------
    data : TrainingData
        The windows.

    Raises
    ------
    InputError
        They have too few.
    """
    for part, name in ((TRAIN, "training"), (VALIDATION, "validation")):
        labels = data.label[data.part == part]
        sites = int(labels.sum())
        if min(sites, len(labels) - sites) < _LEAST_OF_CLASS:
            raise InputError(
                f"too few windows to learn from: {name} has {sites} with a site and {len(labels) - sites} without: "
                "give more sites, in more genes"
            )


def train_model(
    inputs: TrainingInputs, settings: TrainSettings, monitor: TrainMonitor, *, device: torch.device, pool: Executor
) -> TrainingOutcome:
    """Train, calibrate and describe a model.

    Parameters
    ----------
    inputs : TrainingInputs
        Windows that pass `check_parts`, draft and genome.
    settings : TrainSettings
        Settings of the training.
    monitor : TrainMonitor
        Observer of the progress.
    device : torch.device
        Device of the network.
    pool : Executor
        Threads that score held-out transcripts.

    Returns
    -------
    TrainingOutcome
        The finished model, on the CPU, with what a report shows.
    """
    data, draft = inputs.data, inputs.draft
    monitor.starts("features", len(data))
    features = compute_features(inputs.featurizer, data.places, monitor.advance)
    network = draft.network.to(device)
    monitor.starts("training", None)
    training = OwnFit(network, features, data, draft.modalities, settings.seed, monitor.learned)
    fit = training.from_shared if settings.start == ZOO else training.from_scratch
    epochs, best = fit(settings.epochs)
    scores, thresholds = _score_held_out(inputs, monitor, device, seed=settings.seed, pool=pool)
    calibration = _calibrate(inputs, features, scores, thresholds)
    with torch.no_grad():
        network.output.bias.sub_(calibration.shift)
    validation, test = (np.flatnonzero(data.part == part) for part in (VALIDATION, TEST))
    validation_logits, logits = (predict(network, features, rows, draft.modalities) for rows in (validation, test))
    network.to("cpu")
    main = scores.get(name_kind(draft.modalities))
    card = {**draft.card, "threshold": calibration.threshold, **_describe_tests(data.label[test], logits)}
    card |= _describe_gain(draft, features, test, labels=data.label[test], logits=logits)
    if main is not None:
        card |= describe_inside(main, HELD_OUT_SITES)
    card["counts"] = count_windows(data)
    model = replace(draft, card=card, calibration=calibration.table)
    return TrainingOutcome(
        model,
        data,
        read_codes(features.windows["sequence"]),
        summary=inputs.summary,
        epochs=epochs,
        best_epoch=best,
        test_logits=logits,
        ranks=np.zeros(0, np.float32) if main is None else main.join("ranks"),
        reliability=_measure_reliability(model, data.label[validation], validation_logits),
    )


def count_windows(data: TrainingData) -> dict[str, int]:
    """Count the windows of each part, for the card."""
    counts = {"sites": int(data.label.sum()), "windows without a site": int((data.label == 0).sum())}
    for part, name in ((TRAIN, "training"), (VALIDATION, "validation"), (TEST, "test")):
        labels = data.label[data.part == part]
        counts |= {f"{name} windows": len(labels), f"{name} sites": int(labels.sum())}
    return counts


def _score_held_out(
    inputs: TrainingInputs, monitor: TrainMonitor, device: torch.device, *, seed: int, pool: Executor
) -> tuple[dict[str, LocusScores], dict[str, float]]:
    """Score samples of test transcripts, and choose a threshold in those of validation; nothing without a genome.

    Both are by combination of modalities.
    """
    if inputs.source is None:
        return {}, {}
    data, draft = inputs.data, inputs.draft
    is_site = data.kind == SITE
    places = data.places[is_site]
    points = {
        strand: np.sort(places.centre[rows]) for strand, rows in group_by_strand(places.chrom, places.strand).items()
    }
    tests, validation = (find_held_out(data, inputs.loci, draft.spec.half, part) for part in (TEST, VALIDATION))
    monitor.starts("held-out transcripts", None)
    scores, judged = {}, {}
    for modalities in dict.fromkeys((draft.modalities, _leave_out_cobinding(draft.modalities), _SEQUENCE)):
        featurizer = Featurizer(draft.spec, inputs.featurizer.sources, modalities)
        scan = HeldOutScan(tests, points, inputs.source, featurizer, pool, on_progress=monitor.advance)
        scorer = Scorer(draft, modalities, device)
        scores[name_kind(modalities)] = scan.run(scorer, seed)
        judged[name_kind(modalities)] = replace(scan, held_out=validation).judge(scorer, seed)
    return scores, find_best_thresholds(judged, HELD_OUT_SITES)


def _calibrate(
    inputs: TrainingInputs, features: Features, scores: dict[str, LocusScores], thresholds: dict[str, float]
) -> ModelCalibration:
    """Calibrate the model, or choose a threshold on validation windows where too little is held out."""
    data, draft = inputs.data, inputs.draft
    main = name_kind(draft.modalities)
    enough = {kind: item for kind, item in scores.items() if len(item.join("background")) >= LEAST_POSITIONS}
    limits = (
        f"background: a sample of the transcripts of {REGION}, every fourth position, more than {AWAY} nt from a "
        "site; they stand for all transcripts."
    )
    if main in enough:
        try:
            place = f"on validation sites; its precision is that of {REGION}"
            return calibrate(enough, thresholds, HELD_OUT_SITES, REGION, limits=limits, place=place, main=main)
        except ValueError:  # the scores are too uniform
            pass
    rows = np.flatnonzero(data.part == VALIDATION)
    logits = predict(draft.network, features, rows, draft.modalities)
    return ModelCalibration({}, _find_best_f1(data.label[rows], logits), UNCALIBRATED)


def _find_best_f1(labels: np.ndarray, logits: np.ndarray) -> float:
    """Find the lowest logit of the calls with the best F1."""
    order = np.argsort(-logits, kind="stable")
    hits = np.cumsum(labels[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + labels.sum())
    return float(logits[order][int(f1.argmax())])


def _describe_tests(labels: np.ndarray, logits: np.ndarray) -> dict[str, Any]:
    """Measure the accuracy on test windows, for the card; nothing if one class is missing."""
    if len(np.unique(labels)) < 2:
        return {}
    figures = zip(("AUC", "auPRC"), auc_and_auprc(labels, logits), strict=True)
    return {"held-out windows": {name: _round(figure) for name, figure in figures}}


def _leave_out_cobinding(modalities: tuple[str, ...]) -> tuple[str, ...]:
    """List the modalities that a model reads without a table of CLIP sites."""
    return tuple(name for name in modalities if name != _COBINDING)


def _describe_gain(
    model: ModelBundle, features: Features, rows: np.ndarray, *, labels: np.ndarray, logits: np.ndarray
) -> dict[str, Any]:
    """Measure what co-binding adds to the AUC on test windows, for the card; nothing if it is not read."""
    if _COBINDING not in model.modalities or len(np.unique(labels)) < 2:
        return {}
    basis = _leave_out_cobinding(model.modalities)
    without = predict(model.network, features, rows, basis)
    gain = bootstrap(lambda truth, more, less: auc(truth, more) - auc(truth, less), labels, logits, without)
    return {"gain": {_COBINDING: {"beside": " + ".join(basis), **_round(gain)}}}


def _round(figure: Estimate) -> dict[str, float]:
    return {end: round(getattr(figure, end), 4) for end in ("value", "low", "high")}


def _measure_reliability(model: ModelBundle, labels: np.ndarray, logits: np.ndarray) -> Reliability | None:
    """Compare the precision that test sites gave with that of validation windows; None where it predicts none."""
    calibration = Calibration.from_dict(model.calibration)
    table, (prior, _) = calibration.precision_table(model.modalities), calibration.prior(model.modalities)
    if table is None or prior is None or len(np.unique(labels)) < 2:
        return None
    predicted = table.precision(1 / (1 + np.exp(-logits.astype(np.float64))), prior)
    results = measure_reliability(predicted, labels, compute_prior_weights(labels, prior), (0.5,))
    return results[0] if results else None
