"""Test calibrations: the threshold becomes a score of 0.5, from sites where there are enough, else from p-values."""

from __future__ import annotations

import numpy as np
import pytest
import toys

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.jobs.thresholds import choose_thresholds
from ideep_scan.jobs.train.calibration import (
    INSIDE,
    MAIN,
    RATIO,
    ModelCalibration,
    calibrate,
    describe_inside,
    find_best_thresholds,
)
from ideep_scan.jobs.train.locus_scores import LocusScores
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.records.scores import ScoreTrack

SPEC = FeatureSpec((), ())


def make_scores(sites: int, seed: int = 1, height: float = 0.8) -> LocusScores:
    rng = np.random.default_rng(seed)
    scores = LocusScores(keep_rows=True)
    for locus in range(20):
        values = rng.uniform(0.01, 0.2, 2000).astype(np.float32)
        points = np.array([500, 1500]) if locus < sites else np.zeros(0, np.int64)
        for point in points:
            values[point - 30 : point + 31] = height
        scores.add(ScoreTrack("c", "+", 0, values), points, locus)
    return scores


def calibrate_toy(scores: LocusScores, validation: LocusScores) -> ModelCalibration:
    return calibrate(
        {MAIN: scores},
        find_best_thresholds({MAIN: validation}, "sites"),
        "sites",
        "chrX",
        limits="all",
        place="in chrY",
    )


def test_the_best_f1_of_other_sites_is_a_score_of_one_half() -> None:
    scores = make_scores(10)
    result = calibrate_toy(scores, make_scores(10, 2))
    calibration = Calibration.from_dict(result.table)
    measured = calibration.measured_precision(("sequence", "region"))
    assert measured is not None
    assert measured.best_threshold() == pytest.approx(0.5, abs=1e-4)
    assert "F1" in result.threshold
    assert -1.4 < result.shift < 1.4  # between background (logit -1.4 and less) and sites (1.4)
    inside = describe_inside(scores, "sites")[INSIDE]
    assert inside[RATIO]["value"] > 10


def test_validation_sites_choose_the_threshold_and_test_sites_measure_its_precision() -> None:
    thresholds = find_best_thresholds({MAIN: make_scores(10, 2, height=0.99)}, "sites")
    lower = find_best_thresholds({MAIN: make_scores(10, 2)}, "sites")
    assert thresholds[MAIN] > lower[MAIN] + 1
    result = calibrate({MAIN: make_scores(10)}, thresholds, "sites", "chrX", limits="all", place="in chrY")
    assert result.shift == thresholds[MAIN]
    measured = Calibration.from_dict(result.table).measured_precision(("sequence", "region"))
    assert measured is not None
    assert measured.best_threshold() == pytest.approx(0.5)
    assert measured.peaks == 20


@pytest.mark.parametrize(("tests", "validations"), [(1, 10), (1, 1), (10, 1)])
def test_few_sites_in_either_part_fall_back_to_a_p_value(tests: int, validations: int) -> None:
    scores = make_scores(tests)
    result = calibrate_toy(scores, make_scores(validations, 2))
    calibration = Calibration.from_dict(result.table)
    scale = calibration.site_scale(("sequence", "region"))
    assert scale is not None
    assert "p = 0.001" in result.threshold
    assert scale.measured_to > 0.004  # the tail of few positions is extrapolated
    assert scale.p_values(np.array([0.5]))[0] == pytest.approx(0.001, rel=1e-3)
    model = ModelBundle("TOY", "TOY", SPEC, toys.network(SPEC, {"region": 4}), calibration=result.table)
    (threshold,) = choose_thresholds(ThresholdSettings(), [model], {"TOY": ("sequence", "region")})
    assert (threshold.settings.threshold, threshold.chosen_by) == (pytest.approx(0.5, abs=1e-4), "p <= 0.001")


def test_a_card_says_from_which_p_value_on_it_extrapolates() -> None:
    scores = make_scores(1)
    result = calibrate_toy(scores, scores)
    assert f"P-values below {50 / len(scores.join('smoothed')):.2g} are extrapolated" in result.table["limits"]


def test_too_few_sites_measure_no_ranking() -> None:
    assert describe_inside(make_scores(1), "sites") == {}
