"""What is scored and how it packs, against slow twins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.scorable import find_runs, list_inside, mark_scorable, pack

few = settings(max_examples=60, deadline=None)
masks = st.lists(st.booleans(), max_size=80).map(lambda bits: np.array(bits, np.bool_))


def slow_scorable(codes: np.ndarray, window: int, max_unknown: int) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(codes == 4, window)
    return (windows.sum(axis=1) <= max_unknown) & ~windows[:, window // 2]


def slow_runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(int), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@few
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 4]), min_size=7, max_size=60), st.integers(0, 7))
def test_scorable_is_what_the_windows_say(letters: list[int], max_unknown: int) -> None:
    codes = np.array(letters, np.int8)
    assert np.array_equal(mark_scorable(codes, 7, max_unknown), slow_scorable(codes, 7, max_unknown))


@few
@given(st.lists(st.sampled_from([0, 4]), min_size=6, max_size=60))
def test_scorable_is_the_same_from_the_other_strand(letters: list[int]) -> None:
    codes = np.array(letters, np.int8)
    assert np.array_equal(mark_scorable(codes[::-1].copy(), 7, 2), mark_scorable(codes, 7, 2)[::-1])


@pytest.mark.parametrize(("unknown", "expected"), [(0, True), (10, True), (11, False)])
def test_a_tenth_of_the_window_may_be_unknown(unknown: int, expected: bool) -> None:
    codes = np.zeros(101, np.int8)
    codes[:unknown] = 4
    assert mark_scorable(codes, 101, 10).tolist() == [expected]


def test_an_unknown_base_is_not_scored_in_a_known_window() -> None:
    codes = np.zeros(101, np.int8)
    codes[50] = 4
    assert not mark_scorable(codes, 101, 10).any()


def test_an_island_of_one_window_gives_twenty_one_positions() -> None:
    codes = np.full(301 + 100, 4, np.int8)
    codes[150:251] = 2
    assert slow_runs(mark_scorable(codes, 101, 10)) == [(140, 161)]


def test_scorable_of_nothing_known_and_of_no_position() -> None:
    assert not mark_scorable(np.full(5000, 4, np.int8), 101, 10).any()
    assert mark_scorable(np.zeros(100, np.int8), 101, 10).shape == (0,)


@pytest.mark.parametrize(("size", "window"), [(99, 101), (100, 100)])
def test_scorable_refuses_what_holds_no_window(size: int, window: int) -> None:
    with pytest.raises(ValueError, match="windows of"):
        mark_scorable(np.zeros(size, np.int8), window, 10)


@few
@given(masks)
def test_runs_are_where_the_mask_changes(mask: np.ndarray) -> None:
    starts, ends = find_runs(mask)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == slow_runs(mask)


@few
@given(masks, st.integers(0, 6), st.integers(1, 30))
def test_pack_covers_every_position_once(mask: np.ndarray, half: int, inner: int) -> None:
    length = 2 * half + inner
    starts, ends, walks = pack(*find_runs(mask), half, length)
    covered = np.zeros(mask.size, int)
    for walk in np.unique(walks):
        mine = walks == walk
        blocks = list(zip(starts[mine].tolist(), ends[mine].tolist(), strict=True))
        assert all(left[1] < right[0] for left, right in pairwise(blocks))
        assert sum(end - start for start, end in blocks) <= length
        line = np.concatenate([np.arange(*block) for block in blocks])
        centre = np.concatenate([np.arange(start + half, end - half) for start, end in blocks])
        results = line[list_inside(mask, starts[mine], ends[mine], half)]
        assert np.array_equal(results, centre[mask[centre]])
        covered[results] += 1
    assert np.array_equal(covered, mask.astype(int))
    assert np.array_equal(np.unique(walks), np.arange(walks.max(initial=-1) + 1))


def test_pack_joins_blocks_that_touch_and_keeps_others_apart() -> None:
    starts, ends, walks = pack(np.array([10, 30, 51]), np.array([20, 40, 60]), 5, 100)
    assert starts.tolist() == [5, 46]
    assert ends.tolist() == [45, 65]
    assert walks.tolist() == [0, 0]


def test_pack_cuts_a_long_run_and_goes_on_in_the_last_piece() -> None:
    starts, ends, walks = pack(np.array([0, 28]), np.array([25, 29]), 2, 14)
    assert starts.tolist() == [-2, 8, 18]
    assert ends.tolist() == [12, 22, 31]
    assert walks.tolist() == [0, 1, 2]
