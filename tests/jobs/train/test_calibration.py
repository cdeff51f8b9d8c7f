"""Test calibrations: the threshold becomes a score of 0.5, from sites where there are enough, else from p-values."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.jobs.train.calibration import INSIDE, MAIN, RATIO, calibrate, describe_inside
from ideep_scan.jobs.train.locus_scores import LocusScores
from ideep_scan.models.calibration import Calibration
from ideep_scan.records.scores import ScoreTrack


def make_scores(sites: int) -> LocusScores:
    rng = np.random.default_rng(1)
    scores = LocusScores(keep_rows=True)
    for locus in range(20):
        values = rng.uniform(0.01, 0.2, 2000).astype(np.float32)
        points = np.array([500, 1500]) if locus < sites else np.zeros(0, np.int64)
        for point in points:
            values[point - 30 : point + 31] = 0.8
        scores.add(ScoreTrack("c", "+", 0, values), points, locus)
    return scores


def test_the_best_f1_of_sites_is_a_score_of_one_half() -> None:
    scores = make_scores(10)
    result = calibrate({MAIN: scores}, "sites", "chrX", limits="all")
    calibration = Calibration.from_dict(result.table)
    measured = calibration.measured_precision(("sequence", "region"))
    assert measured is not None
    assert measured.best_threshold() == pytest.approx(0.5, abs=1e-4)
    assert "F1" in result.threshold
    assert -1.4 < result.shift < 1.4  # between background (logit -1.4 and less) and sites (1.4)
    inside = describe_inside(scores, "sites")[INSIDE]
    assert inside[RATIO]["value"] > 10


def test_few_sites_fall_back_to_a_p_value() -> None:
    result = calibrate({MAIN: make_scores(1)}, "sites", "chrX", limits="all")
    calibration = Calibration.from_dict(result.table)
    scale = calibration.site_scale(("sequence", "region"))
    assert scale is not None
    assert calibration.measured_precision(("sequence", "region")) is None
    assert "p = 0.001" in result.threshold
    assert scale.p_values(np.array([0.5]))[0] < 0.005  # the tail of few positions is extrapolated
    assert describe_inside(make_scores(1), "sites") == {}
