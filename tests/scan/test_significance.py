"""Adjusted p-values against scipy's, and what Benjamini and Hochberg's procedure takes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.significance import neglog10_p, q_values

some_p = st.lists(st.floats(1e-300, 1), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(some_p)
def test_as_scipy_adjusts(p):
    np.testing.assert_allclose(q_values(np.array(p)), false_discovery_control(p), rtol=1e-12)


@settings(max_examples=100, deadline=None)
@given(some_p, st.floats(0.01, 0.99))
def test_a_q_below_a_rate_is_what_the_procedure_takes_at_that_rate(p, rate):
    reached = [k for k, value in enumerate(sorted(p), 1) if value * len(p) / k <= rate]
    taken = sum(value <= sorted(p)[reached[-1] - 1] for value in p) if reached else 0
    assert (q_values(np.array(p)) <= rate).sum() == taken


def test_order_stays_and_ties_stay_tied():
    found = q_values(np.array([0.04, 0.01, 0.04, 1.0]))
    assert found.tolist() == [0.16 / 3, 0.04, 0.16 / 3, 1.0]
    assert q_values(np.array([])).size == 0


def test_minus_log10_of_p_on_the_same_places():
    scores = ScoreTrack("c", "-", 7, np.array([0.0, np.nan, 0.5, 1.0], np.float32))
    made = neglog10_p(scores, lambda values: 10.0 ** (-300 * values.astype(float)))
    assert (made.chrom, made.strand, made.start, made.values.dtype) == ("c", "-", 7, np.float32)
    np.testing.assert_allclose(made.values, [0, np.nan, 150, 300], rtol=1e-6)
    assert not np.signbit(made.values[0])
    assert scores.values[2] == 0.5
