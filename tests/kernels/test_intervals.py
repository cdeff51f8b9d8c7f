"""Union, membership and overlap of intervals against sets of positions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.intervals import mark_covered, merge, overlaps, pair_positions

INTERVALS = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 12)), max_size=25)


def arrays(intervals: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.array([start for start, _ in intervals], np.int64)
    return starts, starts + np.array([length for _, length in intervals], np.int64)


def brute(intervals: list[tuple[int, int]]) -> set[int]:
    return {position for start, length in intervals for position in range(start, start + length)}


@settings(max_examples=200)
@given(INTERVALS)
def test_union_covers_the_same_positions_with_the_fewest_intervals(intervals: list[tuple[int, int]]) -> None:
    starts, ends = merge(*arrays(intervals))
    assert (starts < ends).all()
    assert (ends[:-1] < starts[1:]).all(), "intervals that touch are one"
    assert {p for s, e in zip(starts, ends, strict=True) for p in range(s, e)} == brute(intervals)


@settings(max_examples=200)
@given(INTERVALS, st.lists(st.integers(-10, 80), max_size=30))
def test_membership_is_that_of_the_set(intervals: list[tuple[int, int]], positions: list[int]) -> None:
    inside = brute(intervals)
    results = mark_covered(*merge(*arrays(intervals)), np.array(positions, np.int64))
    assert results.dtype == bool
    assert results.tolist() == [position in inside for position in positions]


@settings(max_examples=50)
@given(INTERVALS)
def test_union_of_a_union_changes_nothing(intervals: list[tuple[int, int]]) -> None:
    once = merge(*arrays(intervals))
    np.testing.assert_array_equal(merge(*once), once)


def test_inputs_stay_as_they_are() -> None:
    starts, ends = np.array([5, 1]), np.array([9, 6])
    merge(starts, ends)
    assert (starts.tolist(), ends.tolist()) == ([5, 1], [9, 6])


def test_reversed_and_empty_intervals_cover_nothing() -> None:
    starts, ends = merge(np.array([5, 7, 3]), np.array([5, 2, 4]))
    assert (starts.tolist(), ends.tolist()) == ([3], [4])
    assert not mark_covered(*merge(np.array([4]), np.array([4])), np.arange(10)).any()


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 12)), max_size=25),
    st.lists(st.tuples(st.integers(-10, 70), st.integers(0, 30)), max_size=12),
)
def test_overlap_is_that_of_the_sets(intervals: list[tuple[int, int]], queries: list[tuple[int, int]]) -> None:
    intervals = sorted(intervals)
    starts, ends = arrays(intervals)
    longest = max((length for _, length in intervals), default=0)
    pairs = overlaps(starts, ends, longest, *arrays(queries))
    expected = []
    for i, query in enumerate(queries):
        for j, interval in enumerate(intervals):
            bases = brute([interval])
            gap = query[1] == 0 and {query[0] - 1, query[0]} <= bases
            if gap or brute([query]) & bases:
                expected.append((i, j))
    assert list(zip(*(column.tolist() for column in pairs), strict=True)) == expected


def test_no_interval_or_no_query_has_no_overlap() -> None:
    nothing, one = np.zeros(0, np.int64), np.array([3])
    assert [len(column) for column in overlaps(nothing, nothing, 0, one, one + 1)] == [0, 0]
    assert [len(column) for column in overlaps(one, one + 1, 1, nothing, nothing)] == [0, 0]


@settings(max_examples=100)
@given(INTERVALS, st.lists(st.integers(-10, 80), max_size=30).map(sorted))
def test_positions_inside_each_interval(intervals: list[tuple[int, int]], positions: list[int]) -> None:
    pairs = pair_positions(*arrays(intervals), np.array(positions, np.int64))
    slow = [
        (i, j)
        for i, (start, length) in enumerate(intervals)
        for j, position in enumerate(positions)
        if start <= position < start + length
    ]
    assert list(zip(*(index.tolist() for index in pairs), strict=True)) == slow
