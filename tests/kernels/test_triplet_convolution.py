"""The looked-up convolution against the multiplied one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.kernels.triplet_convolution import (
    compute_triplet_tables,
    convolve_and_pool,
    convolve_and_pool_windows,
)


def slow(codes: np.ndarray, weight: np.ndarray, bias: np.ndarray, pool: int) -> np.ndarray:
    """Each window of the one-hot rows times each filter, ReLU, and the highest of each `pool` neighbours."""
    taps = weight.shape[2]
    bases = encode_onehot(codes).astype(np.float64)
    windows = [bases[:, at : at + taps] for at in range(len(codes) - taps + 1)]
    sums = [np.maximum([(window * item).sum() for item in weight] + bias, 0) for window in windows]
    return np.array([np.max(sums[at : at + pool], 0) for at in range(len(sums) - pool + 1)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=40, deadline=None)
@given(
    codes=st.lists(st.integers(0, 4), min_size=12, max_size=60).map(lambda codes: np.array(codes, np.int8)),
    taps=st.integers(1, 10),
    pool=st.integers(1, 3),
    filters=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_sums_equal_the_slow_twin(dtype, codes, taps, pool, filters, seed):
    rng = np.random.default_rng(seed)
    weight, bias = rng.normal(size=(filters, 4, taps)).astype(dtype), rng.normal(size=filters).astype(dtype)
    tables = compute_triplet_tables(weight, bias)
    made = convolve_and_pool(codes, tables, taps, pool)
    assert made.dtype == tables.dtype == dtype
    np.testing.assert_allclose(made, slow(codes, weight, bias, pool), atol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 10])
def test_a_sequence_too_short_has_no_rows(length):
    tables = compute_triplet_tables(np.ones((5, 4, 9), np.float32), np.zeros(5, np.float32))
    assert convolve_and_pool(np.zeros(length, np.int8), tables, 9, 3).shape == (0, 5)


def test_a_base_adds_what_its_own_channel_says():
    weight = np.zeros((1, 4, 4), np.float32)
    weight[0, 2, 3] = 5.0
    tables = compute_triplet_tables(weight, np.array([1], np.float32))
    results = convolve_and_pool(np.array([2, 2, 2, 2, 0, 4, 1], np.int8), tables, 4, 1)[:, 0]
    assert results.tolist() == [6.0, 1.0, 2.25, 1.0]


@settings(max_examples=30, deadline=None)
@given(
    taps=st.integers(1, 10),
    pool=st.integers(1, 4),
    columns=st.integers(1, 5),
    starts=st.lists(st.integers(0, 20), max_size=6),
    seed=st.integers(0, 99),
)
def test_single_windows_have_the_rows_of_the_track(taps, pool, columns, starts, seed):
    rng = np.random.default_rng(seed)
    width = columns * pool + taps - 1
    codes = rng.integers(0, 5, 20 + width).astype(np.int8)
    tables = compute_triplet_tables(rng.normal(size=(7, 4, taps)).astype(np.float32), np.zeros(7, np.float32))
    rows = convolve_and_pool_windows(codes, np.array(starts, np.int64), tables, taps, pool, columns)
    assert rows.shape == (columns, len(starts), 7)
    for number, start in enumerate(starts):
        track = convolve_and_pool(codes[start : start + width], tables, taps, pool)
        np.testing.assert_array_equal(rows[:, number], track[::pool])
