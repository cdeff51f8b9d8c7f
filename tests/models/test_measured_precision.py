"""Lookup in a table of measured precision: at its knots, between them, at another prior, and damaged tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.models.measured_precision import MeasuredFields, MeasuredPrecision

FIELDS: MeasuredFields = {
    "logits": (-4.0, -1.0, 0.0, 2.0),
    "calls": (1000, 100, 40, 10),
    "hits": (30, 20, 12, 5),
    "low": (0.02, 0.1, 0.2, 0.2),
    "high": (0.04, 0.3, 0.4, 0.8),
    "recall": (0.9, 0.6, 0.4, 0.2),
    "site_precision": (0.01, 0.13, 0.25, 0.5),
    "threshold": 0.0,
    "truth": "eCLIP of K562",
    "independent": True,
    "prevalence": 0.02,
    "genes": 7,
    "peaks": 50,
}
TABLE = MeasuredPrecision.from_fields(FIELDS)
scores = st.floats(0, 1, width=32)
priors = st.floats(1e-4, 0.9)


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def test_a_site_has_the_precision_of_its_bin():
    bins = [-16, -4.01, -3.99, -1.01, -0.99, 1.99, 2.01, 16]
    precision = TABLE.precision(np.array([sigmoid(x) for x in bins]), 0.02)
    assert precision.tolist() == [0.01, 0.01, 0.01, 0.01, 0.13, 0.25, 0.5, 0.5]
    assert np.isnan(TABLE.precision(np.array([np.nan]), 0.02)).all()


def test_a_threshold_has_the_precision_of_the_calls_above_it():
    assert TABLE.precision_above(sigmoid(-1), 0.02) == pytest.approx((0.2, 0.1, 0.3))
    assert TABLE.precision_above(sigmoid(-0.5), 0.02) == pytest.approx((0.25, 0.15, 0.35))
    assert TABLE.precision_above(1.0, 0.02) == pytest.approx((0.5, 0.2, 0.8))


def test_a_prior_scales_the_odds_of_a_hit():
    """Odds of 0.2 are 1/4; at twice the odds of the prevalence they are 1/2, which is a precision of 1/3."""
    odds = 2 * 0.02 / 0.98
    assert TABLE.precision_above(sigmoid(-1), odds / (1 + odds))[0] == pytest.approx(1 / 3)


@given(scores, priors, priors)
def test_a_higher_prior_never_lowers_a_precision(score, first, second):
    low, high = sorted((first, second))
    assert TABLE.precision(np.array(score), low) <= TABLE.precision(np.array(score), high) + 1e-12


@given(st.floats(0.01, 0.99), priors)
def test_the_threshold_of_a_false_share_is_the_lowest_knot_that_reaches_it(fdr, prior):
    reached = [x for x in FIELDS["logits"] if 1 - TABLE.precision_above(sigmoid(x), prior)[0] <= fdr]
    if reached:
        assert TABLE.threshold(fdr, prior) == pytest.approx(sigmoid(reached[0]))
        assert TABLE.lowest_false_share(prior) <= fdr + 1e-12
    else:
        with pytest.raises(InputError, match="no score has a measured false share"):
            TABLE.threshold(fdr, prior)


def test_the_best_threshold_moves_with_the_prior():
    assert TABLE.best_threshold() == pytest.approx(0.5)
    assert TABLE.best_threshold(0.9) == pytest.approx(sigmoid(-4))  # nearly every call is a hit: call all
    assert TABLE.best_threshold(0.0001) == pytest.approx(sigmoid(2))


def test_impossible_shares_are_refused():
    with pytest.raises(InputError, match="prior of 1"):
        TABLE.precision(np.array([0.5]), 1.0)
    with pytest.raises(InputError, match="false share of 0"):
        TABLE.threshold(0, 0.02)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("logits", (-4.0, -1.0, 0.0)),
        ("logits", (-4.0, 0.0, -1.0, 2.0)),
        ("logits", (-4.0, -1.0, 0.0, 1e9)),
        ("logits", ()),
        ("calls", (10, 40, 100, 1000)),
        ("calls", (1000, 100, 40, 0)),
        ("hits", (2000, 20, 12, 5)),
        ("hits", (30, 20, 12, -1)),
        ("low", (0.5, 0.1, 0.2, 0.2)),
        ("high", (0.04, 0.3, 0.4, 1.8)),
        ("recall", (0.1, 0.6, 0.4, 0.2)),
        ("site_precision", (0.5, 0.25, 0.13, 0.01)),
        ("threshold", 1e9),
        ("prevalence", 0.0),
        ("genes", 0),
        ("peaks", 0),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(field, value):
    fields: Any = {**FIELDS, field: value}
    with pytest.raises(ValueError, match="calls"):
        MeasuredPrecision.from_fields(fields)
