"""Sites against a slow twin and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.sites import find_sites

NAN = float("nan")
values_of_lines = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, NAN]), max_size=60)


def slow_sites(values: list[float], threshold: float, reach: int, last: bool) -> list[tuple[int, int, int]]:
    high = [i for i, value in enumerate(values) if value >= threshold]
    direction = -1 if last else 1
    summits: list[int] = []
    left = list(high)
    while left:
        summit = min(left, key=lambda i: (-values[i], direction * i))
        summits.append(summit)
        left = [i for i in left if abs(i - summit) > reach]
    nearest = {i: min(summits, key=lambda summit: (abs(summit - i), direction * summit)) for i in high}
    members = {summit: [i for i in high if nearest[i] == summit] for summit in sorted(summits)}
    return [(min(group), max(group) + 1, summit) for summit, group in members.items()]


def find(values: list[float], threshold: float, reach: int, last: bool = False) -> list[tuple[int, int, int]]:
    arrays = find_sites(np.array(values, np.float32), np.float32(threshold), reach, last)
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@settings(max_examples=150, deadline=None)
@given(values_of_lines, st.integers(0, 8), st.booleans())
def test_sites_are_those_of_the_slow_twin(values, reach, last):
    assert find(values, 0.5, reach, last) == slow_sites(values, 0.5, reach, last)


@settings(max_examples=80, deadline=None)
@given(values_of_lines, st.integers(0, 8), st.booleans())
def test_sites_share_no_position_and_hold_all_positions_at_the_threshold(values, reach, last):
    sites = find(values, 0.5, reach, last)
    members = [i for start, end, _ in sites for i in range(start, end) if values[i] >= 0.5]
    assert members == [i for i, value in enumerate(values) if value >= 0.5]
    assert all(summit - start <= reach and end - 1 - summit <= reach for start, end, summit in sites)


@settings(max_examples=80, deadline=None)
@given(values_of_lines, st.integers(0, 8), st.booleans())
def test_a_higher_threshold_keeps_the_summits_that_reach_it(values, reach, last):
    summits = [summit for *_, summit in find(values, 0.25, reach, last)]
    strict = [summit for *_, summit in find(values, 0.75, reach, last)]
    assert strict == [summit for summit in summits if values[summit] >= 0.75]


def test_a_plateau_is_several_sites():
    sites = find([1.0] * 500, 0.5, 50)
    assert [summit for *_, summit in sites] == list(range(0, 500, 51))
    assert sites[0] == (0, 26, 0)
    assert sites[1] == (26, 77, 51)


@pytest.mark.parametrize(("last", "summit"), [(False, 1), (True, 3)])
def test_the_first_of_equal_summits_in_either_direction(last, summit):
    assert find([0.6, 0.9, 0.7, 0.9], 0.5, 50, last) == [(0, 4, summit)]


def test_the_threshold_itself_is_high_enough_as_float32():
    assert find([0.7], 0.7, 50) == [(0, 1, 0)]


def test_nothing_high_gives_no_site():
    assert find([], 0.5, 3) == []
    assert find([NAN, 0.4, NAN], 0.5, 3) == []


def test_every_scored_position_takes_part_without_a_threshold():
    assert find([NAN, 0.1, NAN, 0.0], -np.inf, 1) == [(1, 2, 1), (3, 4, 3)]
