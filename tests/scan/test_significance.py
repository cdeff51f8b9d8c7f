"""Adjusted p-values against scipy's, and what Benjamini and Hochberg's procedure takes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from ideep_scan.scan.significance import q_values

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
