"""Distances to points and thinned points, against slow twins and known answers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.kernels.points import measure_distance, thin


@given(st.lists(st.integers(-50, 50), max_size=20), st.lists(st.integers(-50, 50), max_size=20))
def test_distances_are_those_of_a_slow_search(places: list[int], points: list[int]) -> None:
    distances = measure_distance(np.array(places, np.int64), np.array(sorted(points), np.int64))
    for place, distance in zip(places, distances.tolist(), strict=True):
        assert distance == min((abs(place - point) for point in points), default=np.iinfo(np.int64).max)


def test_thinned_points_are_apart() -> None:
    assert thin(np.array([0, 49, 50, 99, 149, 150]), 50).tolist() == [0, 99, 150]
