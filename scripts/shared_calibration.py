"""Calibrations of the models of the shared network, from their scores along the calibration region."""

from __future__ import annotations

from collections.abc import Mapping

from ideep_scan.jobs.train.calibration import ModelCalibration, calibrate, find_best_thresholds
from ideep_scan.jobs.train.locus_scores import AWAY, LocusScores


def calibrate_region(scores: Mapping[str, LocusScores], truth: str, region: str) -> ModelCalibration:
    """Calibrate one model from its scores along a region; see `jobs.train.calibration.calibrate`."""
    limits = (
        f"background: RefSeq transcript positions of {region}, every fourth, more than {AWAY} nt from a site of the "
        "model's experiments; this region stands for the genome."
    )
    thresholds = find_best_thresholds(scores, truth)
    return calibrate(scores, thresholds, truth, region, limits=limits, place=f"in bound transcripts of {region}")
