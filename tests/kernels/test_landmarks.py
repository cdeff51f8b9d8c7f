"""Distances to landmarks against a slow twin, their spline bases against SciPy's B-splines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from ideep_scan.kernels import landmarks as kernel
from ideep_scan.kernels.landmarks import MISSING, compute_distances

places = st.lists(st.integers(-60, 60), max_size=12)


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def spline_bases(distances: np.ndarray, reach: int, bases: int) -> np.ndarray:
    return kernel.compute_spline_bases(distances, reach, np.zeros((bases, len(distances)), np.float32))


@settings(max_examples=150, deadline=None)
@given(line=places, landmarks=places.map(lambda values: sorted(set(values))))
def test_nearest_equals_the_slow_twin(line, landmarks):
    expected = [min((p - base for base in landmarks), key=lambda d: (abs(d), -d), default=MISSING) for p in line]
    assert compute_distances(ints(line), ints(landmarks)).tolist() == expected


def test_of_two_equally_near_the_upstream_one_counts():
    assert compute_distances(ints([10, 11, 9]), ints([0, 20])).tolist() == [10, -9, 9]


def test_ascending_and_descending_lines_agree():
    line, landmarks = np.arange(-50, 50), ints([-30, -29, 0, 17, 44])
    np.testing.assert_array_equal(
        compute_distances(line, landmarks), compute_distances(line[::-1].copy(), landmarks)[::-1]
    )


def test_no_landmark_is_missing_everywhere():
    assert compute_distances(ints([-5, 0, 5]), ints([])).tolist() == [MISSING] * 3
    assert compute_distances(ints([]), ints([1])).tolist() == []


@settings(max_examples=40, deadline=None)
@given(
    distances=st.lists(st.integers(-300_000, 300_000), min_size=1, max_size=20),
    reach=st.sampled_from([1, 50, 100_000]),
    bases=st.integers(4, 15),
)
def test_bases_equal_scipys(distances, reach, bases):
    d = np.clip(np.array(distances, float), -reach, reach)
    limit = np.log10(1 + reach)
    u = (np.sign(d) * np.log10(1 + np.abs(d)) + limit) / (2 * limit) * (bases - 3)
    u = np.minimum(u, np.nextafter(bases - 3.0, 0))  # SciPy's last interval is open
    expected = BSpline.design_matrix(u, np.arange(-3, bases + 1), 3).toarray().T
    made = spline_bases(ints(distances), reach, bases)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, expected, atol=1e-6)
    np.testing.assert_allclose(made.sum(axis=0), 1, atol=1e-6)


def test_distances_past_the_reach_look_alike():
    made = spline_bases(ints([-1000, -100, 100, 101, 10**12, -(10**12)]), 100, 8)
    for column, same in ((0, 1), (3, 2), (4, 2), (5, 1)):
        np.testing.assert_array_equal(made[:, column], made[:, same])
    assert not np.array_equal(made[:, 1], made[:, 2])


def test_a_missing_landmark_is_all_zero():
    made = spline_bases(ints([MISSING, 3, MISSING]), 100, 5)
    assert made[:, [0, 2]].tolist() == [[0.0, 0.0]] * 5
    assert made[:, 1].sum() == pytest.approx(1)


def test_opposite_distances_have_mirrored_bases():
    made = spline_bases(ints([-77, 77, 0]), 1000, 12)
    np.testing.assert_allclose(made[:, 0], made[::-1, 1], atol=1e-6)
    np.testing.assert_allclose(made[:, 2], made[::-1, 2], atol=1e-6)
