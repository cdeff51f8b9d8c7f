"""The rule that gives a model its threshold, and the precision that is promised at it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toys
from toy_scale import draws

from ideep_scan.errors import InputError
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.jobs.thresholds import ModelThreshold, choose_thresholds
from ideep_scan.models.calibration import Calibration
from ideep_scan.train.calibrate import fit_calibration
from ideep_scan.train.measured_precision import JudgedCalls, measure_precision

READS = ("sequence", "region")
KIND = "sequence+region"


def judged() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    logits = rng.normal(-2, 1.5, 500)
    hits = rng.random(500) < 1 / (1 + np.exp(-logits))
    return measure_precision(
        JudgedCalls(logits, hits, np.arange(500) % 9, peak_logits=logits[hits][:50], peak_genes=np.zeros(50, int)),
        0.02,
        truth="eCLIP of K562",
        independent=True,
        samples=50,
    )


BACKGROUND, SITES = draws()
PLAIN = fit_calibration({KIND: BACKGROUND}, {KIND: SITES}, 0.01, "counted by hand", "a toy")
SMOOTHED = fit_calibration(
    {KIND: BACKGROUND},
    {KIND: SITES},
    0.01,
    "counted by hand",
    "a toy",
    smoothing=120,
    smoothed_background={KIND: BACKGROUND / 2},
)
MEASURED = {**SMOOTHED, "measured": {KIND: judged()}}


def choose(calibration: dict[str, Any], **options: float) -> ModelThreshold:
    bundle = toys.bundle(calibration=calibration)
    (threshold,) = choose_thresholds(ThresholdSettings(**options), [bundle], {bundle.name: READS})
    return threshold


def test_a_measured_model_calls_at_its_best_f1():
    threshold = choose(MEASURED)
    measured = Calibration.from_dict(MEASURED).measured_precision(READS)
    assert measured is not None
    assert (threshold.settings.threshold, threshold.chosen_by) == (measured.best_threshold(), "best F1")
    assert threshold.settings.smoothing == 120
    assert threshold.prior == 0.02
    share = threshold.measured
    assert share is not None
    assert share.low < share.value < share.high
    assert threshold.false_share == pytest.approx(1 - share.value)
    summary = threshold.summarise(412, None, 10_000, highest=0.9)
    assert summary.in_words().endswith(
        f"of a peak of another laboratory ({100 * share.low:.0f}-{100 * share.high:.0f}); eCLIP of K562."
    )
    assert summary.receipts()["measured precision"]["truth"] == "eCLIP of K562"


def test_the_precision_of_sites_is_that_of_the_measured_table():
    precision = choose(MEASURED).precision()
    assert precision is not None
    values = precision(np.array([0.01, 0.5, 0.99]))
    assert (np.diff(values) > 0).all()
    assert values[1] == pytest.approx(0.5, abs=0.15)  # the toy's chance of a hit is the score


def test_a_lower_threshold_is_not_a_stricter_one():
    table = judged()
    table["hits"][-3:] = [0, 0, 0]  # the highest calls miss by chance
    calibration = {**MEASURED, "measured": {KIND: table}}
    highest = choose(calibration, threshold=0.999)
    assert highest.false_share == 1
    assert highest.lowest is not None
    assert float(highest.lowest.threshold) < 0.999
    assert highest.stricter is None
    assert choose(calibration, threshold=0.01).stricter is not None


def test_a_model_without_truth_calls_at_p_of_its_background():
    for calibration in (PLAIN, SMOOTHED):
        threshold = choose(calibration)
        assert threshold.chosen_by == "p <= 0.001"
        assert threshold.site_scale is not None
        assert threshold.site_scale.p_values(np.array(threshold.settings.threshold)) == pytest.approx(0.001)
    assert choose(SMOOTHED).settings.threshold < choose(PLAIN).settings.threshold


def test_smoothed_scores_are_not_judged_by_the_scale_of_others():
    """Held-out sites were scored at single positions, so they give no precision of smoothed scores."""
    threshold = choose(SMOOTHED)
    assert threshold.precision() is None
    assert threshold.false_share is None
    without = choose({**SMOOTHED, "smoothed kinds": {}})
    assert without.site_scale is None
    assert without.scale is not None
    assert without.settings.threshold == 0.5


def test_a_model_without_calibration_calls_at_one_half():
    threshold = choose({})
    assert (threshold.settings.threshold, threshold.chosen_by) == (0.5, "the default")
    assert threshold.precision() is None
    assert threshold.measured is None


@pytest.mark.parametrize("calibration", [{}, PLAIN, MEASURED], ids=["none", "plain", "measured"])
def test_an_option_has_priority(calibration: dict[str, Any]):
    threshold = choose(calibration, threshold=0.5)
    assert (threshold.settings.threshold, threshold.chosen_by) == (0.5, "")


def test_a_false_share_is_looked_up_in_the_measured_table():
    threshold = choose(MEASURED, fdr=0.4)
    assert threshold.chosen_by == "--fdr 0.4"
    assert threshold.false_share is not None
    assert threshold.false_share <= 0.4 + 1e-9
    with pytest.raises(InputError, match="cannot be had: the lowest expected false share is"):
        choose(MEASURED, fdr=0.001)


def test_a_prevalence_moves_precision_and_threshold():
    rare, common = choose(MEASURED, prevalence=0.001), choose(MEASURED, prevalence=0.2)
    assert rare.settings.threshold > common.settings.threshold
    assert rare.prior_source == "--prevalence"
    words = common.summarise(10, None, 1000, highest=None).in_words()
    assert "where a share of 0.2 of the positions is within 50 nt of a peak" in words
    assert "bound transcripts" not in words


def test_models_without_a_table_have_no_false_share_to_choose_by():
    with pytest.raises(InputError, match="not calibrated"):
        choose({}, fdr=0.5)
    with pytest.raises(InputError, match="too few held-out sites"):
        choose(SMOOTHED, fdr=0.5)
