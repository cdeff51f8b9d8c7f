"""p-values and expected precision of scores against counting, twins and the sources they were drawn from."""

from __future__ import annotations

import json
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_scale import KIND, SCALE, draws, made, scale_of, sigmoid

from ideep_scan.errors import InputError
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import LEAST_SITES, Scale, logit
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.share import format_share, round_share_up
from ideep_scan.train.calibrate import fit_calibration

scores = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40)
priors = st.floats(1e-5, 0.5)


def twin_p(table: dict[str, Any], score: float) -> float:
    """The p-value of one score, knot by knot."""
    inside = min(max(score, 2.0**-24), 1 - 2.0**-24)
    x = log(inside / (1 - inside))
    knots, counts = table["logits"], table["positions above"]
    if x <= knots[0]:
        return 1.0
    for i in range(1, len(counts)):
        if x <= knots[i]:
            share = (x - knots[i - 1]) / (knots[i] - knots[i - 1])
            return exp((1 - share) * log(counts[i - 1]) + share * log(counts[i])) / table["positions"]
    beyond = counts[-1] / table["positions"] * exp(-table["tail rate"] * (x - knots[len(counts) - 1]))
    return max(beyond, 1 / (table["positions"] + 1))


@settings(max_examples=60, deadline=None)
@given(scores)
def test_p_values_are_those_of_the_slow_twin(values):
    expected = [twin_p(made()["kinds"][KIND], value) for value in values]
    np.testing.assert_allclose(SCALE.p_values(np.array(values)), expected, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(scores)
def test_p_values_lie_above_0_and_never_rise_with_the_score(values):
    p = SCALE.p_values(np.sort(np.array(values)))
    assert ((p > 0) & (p <= 1)).all()
    assert (np.diff(p) <= 0).all()


def test_extremes_have_a_p_value_and_nan_stays():
    p = SCALE.p_values(np.array([[0.0, 1.0], [np.nan, 0.5]], np.float32))
    assert p.shape == (2, 2)
    assert p.dtype == np.float64
    assert p[0, 0] == 1
    assert 0 < p[0, 1] < SCALE.measured_to < p[1, 1] < 1
    assert np.isnan(p[1, 0])
    steep = Scale(np.array([0.0, 0.1]), 100, np.array([100, 50]), 1e6, 0, None)
    assert steep.p_values(np.array([1.0]))[0] == steep.smallest_p == 1 / 101


def test_at_the_knots_the_background_is_counted():
    background, _ = draws()
    counted = len(SCALE.positions_above)
    knots = SCALE.logits[:counted]
    above = np.array([(background >= knot).sum() for knot in knots])
    np.testing.assert_allclose(SCALE.p_values(sigmoid(knots)), above / background.size, rtol=1e-6)
    assert 45 <= above[-1] <= 55
    assert SCALE.measured_to == above[-1] / background.size


def test_background_draws_get_uniform_p_values():
    fresh = np.sort(SCALE.p_values(sigmoid(draws(seed=1)[0])))
    even = np.arange(1, fresh.size + 1) / fresh.size
    assert np.abs(fresh - even).max() < 1.95 * np.sqrt(2 / fresh.size)  # both samples vary: alpha 0.001
    own = np.sort(SCALE.p_values(sigmoid(draws()[0])))
    assert np.abs(own - even).max() < 0.005


def test_the_tail_of_an_exponential_background_is_continued_as_it_is():
    fresh = draws(seed=2, positions=2_000_000)[0]
    for level in (1e-3, 1e-4):
        assert level < SCALE.measured_to
        assert np.mean(SCALE.p_values(sigmoid(fresh)) <= level) == pytest.approx(level, rel=0.5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), scores, priors)
def test_through_json_and_back(seed, values, prior):
    fields = made(seed, positions=2000, sites=30)
    here, there = scale_of(fields), scale_of(json.loads(json.dumps(fields)))
    assert here.p_values(np.array(values)).tobytes() == there.p_values(np.array(values)).tobytes()
    assert here.precision(np.array(values), prior).tobytes() == there.precision(np.array(values), prior).tobytes()


def test_a_table_is_compact():
    table = made(positions=200_000)["kinds"][KIND]
    assert 80 <= len(table["logits"]) <= 200
    assert len(json.dumps(table)) < 4000


@pytest.mark.parametrize("prior", [0.3, 0.01, 1e-4])
def test_precision_is_bayes_rule_on_counts_and_the_best_so_far(prior):
    background, sites = draws()
    best = 0.0
    for knot in SCALE.logits:
        results = float(SCALE.precision(sigmoid(knot), prior))
        above = (sites >= knot).mean()
        if above * sites.size >= LEAST_SITES:
            false = float(SCALE.p_values(sigmoid(knot)))
            best = max(best, prior * above / (prior * above + (1 - prior) * false))
            if false > SCALE.measured_to:
                assert false == pytest.approx((background >= knot).mean(), rel=1e-6)
        assert results == pytest.approx(best, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(scores, priors)
def test_precision_never_falls_with_the_score_and_is_at_least_the_prior(values, prior):
    results = SCALE.precision(np.sort(np.array(values)), prior)
    assert (np.diff(results) >= 0).all()
    assert ((results >= prior - 1e-12) & (results <= 1)).all()


def test_precision_of_what_is_not_scored_is_not_known():
    assert np.isnan(SCALE.precision(np.array([np.nan]), 0.1)).all()


def test_precision_is_found_among_draws():
    """Positions of which a tenth are sites: the promised share of those called are."""
    background, sites = draws(seed=5, positions=90_000, sites=10_000)
    for fdr in (0.5, 0.2, 0.1):
        at = SCALE.threshold(fdr, 0.1)
        false, true = (sigmoid(background) >= at).sum(), (sigmoid(sites) >= at).sum()
        assert false / (false + true) == pytest.approx(fdr, rel=0.15)


@settings(max_examples=80, deadline=None)
@given(st.floats(0.001, 0.999), priors)
def test_the_threshold_is_the_lowest_score_that_reaches_the_rate(fdr, prior):
    try:
        at = SCALE.threshold(fdr, prior)
    except InputError:
        assert 1 - SCALE.precision(np.array(1.0), prior) > fdr
        return
    assert 1 - SCALE.precision(np.array(at), prior) <= fdr + 1e-9
    lower = sigmoid(logit(np.array(at)) - 0.01)
    assert at == pytest.approx(float(sigmoid(SCALE.logits[0]))) or 1 - SCALE.precision(lower, prior) > fdr - 1e-9


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.9), st.floats(0.05, 0.9), st.floats(0.05, 0.5))
def test_a_stricter_rate_never_lowers_the_threshold(one, other, prior):
    strict, lax = sorted((one, other))
    try:
        at = SCALE.threshold(strict, prior)
    except InputError:
        return
    assert at >= SCALE.threshold(lax, prior)


def test_a_rate_that_no_score_reaches():
    with pytest.raises(InputError) as error:
        SCALE.threshold(0.001, 1e-5)
    best = 1 - float(SCALE.precision(np.array(1.0), 1e-5))
    assert f"the lowest is {format_share(best)}" in str(error.value)
    assert "prior of 1e-05" in str(error.value)
    assert SCALE.threshold(best + 1e-3, 1e-5) > 0


@settings(max_examples=60, deadline=None)
@given(priors)
def test_the_lowest_false_share_can_be_asked_for_as_it_is_printed(prior):
    lowest = SCALE.lowest_false_share(prior)
    assert SCALE.threshold(float(round_share_up(lowest)), prior) > 0
    with pytest.raises(InputError, match="the lowest is"):
        SCALE.threshold(lowest * (1 - 1e-9), prior)


def test_no_p_value_is_smaller_than_so_many_background_positions_support():
    for entry in list_entries(IDEEP):
        for scale in Calibration.from_dict(entry.calibration).scales.values():
            assert scale.p_values(np.array([1.0]))[0] >= 1 / (scale.positions + 1)


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, 2.0, float("nan")])
def test_shares_that_are_none(wrong):
    with pytest.raises(InputError, match="between 0 and 1"):
        SCALE.threshold(wrong, 0.1)
    with pytest.raises(InputError, match="between 0 and 1"):
        SCALE.threshold(0.1, wrong)
    with pytest.raises(InputError, match="between 0 and 1"):
        SCALE.precision(np.array([0.5]), wrong)


def test_too_few_sites_give_p_but_no_precision():
    background, sites = draws()
    scale = scale_of(fit_calibration({KIND: background}, {KIND: sites[: LEAST_SITES - 1]}, 0.01, "", ""))
    assert scale.p_values(np.array([0.5]))[0] < 1
    with pytest.raises(InputError, match="too few held-out sites"):
        scale.precision(np.array([0.5]), 0.01)
    with pytest.raises(InputError, match="too few held-out sites"):
        scale.threshold(0.1, 0.01)


def test_log_odds():
    np.testing.assert_allclose(logit(np.array([0.25, 0.5, 0.9])), np.log([1 / 3, 1, 9]), atol=1e-15)
    ends = logit(np.array([0, 1], np.float32))
    assert ends[0] == pytest.approx(-ends[1])
    assert 16 < ends[1] < 17


def test_counts_never_fall_below_none():
    fields = json.loads(json.dumps(made()))
    fields["kinds"][KIND]["sites above"][-1] = -5
    with pytest.raises(InputError, match="calibration is damaged"):
        Calibration.from_dict(fields)


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-4, 1))
def test_the_score_of_a_p_value_is_the_lowest_one(p_value):
    score = SCALE.find_score(p_value)
    assert SCALE.p_values(np.array(score)) == pytest.approx(p_value, rel=1e-6)
    assert SCALE.p_values(np.array(score * (1 - 1e-3))) >= p_value * (1 - 1e-9)
