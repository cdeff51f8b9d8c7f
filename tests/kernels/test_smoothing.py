"""Smoothing against a slow twin; independence of everything further away."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.smoothing import NEAREST, smooth_scores

NAN = float("nan")
score_lines = st.lists(st.one_of(st.floats(0, 1, width=32), st.just(NAN)), max_size=50)


def slow_smoothing(values: np.ndarray, half: int) -> list[float]:
    out = []
    for i, value in enumerate(values.tolist()):
        around = [min(max(x, NEAREST), 1 - NEAREST) for x in values[max(0, i - half) : i + half + 1].tolist() if x == x]
        mean = sum(log(x / (1 - x)) for x in around) / len(around) if around else NAN
        out.append(NAN if value != value else 1 / (1 + exp(-mean)))
    return out


@settings(max_examples=100, deadline=None)
@given(score_lines, st.integers(0, 60))
def test_the_mean_of_log_odds_is_that_of_the_slow_twin(line, half):
    values = np.array(line, np.float32)
    np.testing.assert_allclose(smooth_scores(values, half), slow_smoothing(values, half), rtol=2e-6)


@settings(max_examples=60, deadline=None)
@given(score_lines, score_lines, score_lines, st.integers(0, 10))
def test_only_positions_within_half_a_width_matter_to_the_last_bit(left, middle, right, half):
    values = np.array(left + middle + right, np.float32)
    first, last = max(0, len(left) - half), len(left) + len(middle) + half
    near = smooth_scores(values[first:last], half)
    whole = smooth_scores(values, half)
    inside = slice(len(left), len(left) + len(middle))
    assert whole[inside].tobytes() == near[len(left) - first :][: len(middle)].tobytes()


@settings(max_examples=60, deadline=None)
@given(score_lines, st.integers(0, 10))
def test_mirrored_scores_are_smoothed_alike(line, half):
    values = np.array(line, np.float32)
    assert smooth_scores(values[::-1].copy(), half)[::-1].tobytes() == smooth_scores(values, half).tobytes()


def test_extreme_scores_are_finite():
    values = smooth_scores(np.array([0.0, 1.0], np.float32), 1)
    assert values == pytest.approx(0.5)
