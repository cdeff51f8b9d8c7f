"""Bins against sums taken one by one, and the rounding against numpy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.kernels.bins import list_scored, summarise_bins

SCORES = st.floats(0, 1, width=32) | st.just(float("nan")) | st.sampled_from([0.0005, 0.0015, 0.4995, 1.0])


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, st.integers(0, 60), elements=SCORES))
def test_what_is_not_scored_is_left_out_and_the_rest_rounded_as_numpy_does(values: np.ndarray) -> None:
    at, rounded = list_scored(values, 3)
    assert at.tolist() == np.flatnonzero(~np.isnan(values)).tolist()
    assert rounded.dtype == np.float32
    assert np.array_equal(rounded, np.round(values[at].astype(np.float64), 3).astype(np.float32))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 90), max_size=60), st.integers(0, 10**9), st.integers(1, 100), st.integers(0, 2**32 - 1))
def test_bins_hold_what_lies_in_them(steps: list[int], start: int, size: int, seed: int) -> None:
    positions = start + np.cumsum(np.array(steps, np.int64))
    values = np.random.default_rng(seed).random(len(positions)).astype(np.float32)
    number, valid, least, most, total, squares = summarise_bins(positions, values, size)
    assert number.tolist() == sorted({position // size for position in positions.tolist()})
    for i, own in enumerate(number.tolist()):
        inside = values[positions // size == own].astype(np.float64)
        assert valid[i] == len(inside)
        assert (least[i], most[i]) == (inside.min(), inside.max())
        assert np.allclose((total[i], squares[i]), (inside.sum(), (inside**2).sum()), rtol=1e-12)
