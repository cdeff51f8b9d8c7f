"""Depth of intervals against a count position by position."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.kernels.depth import NO_DEPTH, Depth, sum_depth

INTERVALS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40)), max_size=30)


def slow(intervals: list[tuple[int, int]]) -> Depth:
    depth = np.zeros(200, int)
    for start, length in intervals:
        depth[start : start + length] += 1
    depth = depth[depth > 0]
    if not len(depth):
        return NO_DEPTH
    return Depth(len(depth), depth.min(), depth.max(), depth.sum(), (depth**2).sum())


def fast(intervals: list[tuple[int, int]]) -> Depth:
    starts, lengths = np.array(intervals, np.int64).reshape(-1, 2).T
    return sum_depth(starts, starts + lengths)


@given(INTERVALS)
def test_depth_is_that_of_each_position(intervals: list[tuple[int, int]]) -> None:
    assert fast(intervals) == slow(intervals)
    assert fast(intervals[::-1]) == fast(intervals)


@given(INTERVALS, INTERVALS)
def test_contigs_are_joined_as_if_they_lay_beside_each_other(
    one: list[tuple[int, int]], two: list[tuple[int, int]]
) -> None:
    assert fast(one) | fast(two) == fast(one + [(start + 1000, length) for start, length in two])
