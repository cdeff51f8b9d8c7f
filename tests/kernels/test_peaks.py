"""Peaks against a slow twin and by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.peaks import find_peaks

NAN = float("nan")


def slow_peaks(values: np.ndarray, threshold: float, gap: int, last: bool) -> list[tuple[int, int, int]]:
    high = [i for i, value in enumerate(values.tolist()) if value >= threshold]
    groups: list[list[int]] = []
    for i in high:
        if groups and i - groups[-1][-1] - 1 <= gap:
            groups[-1].append(i)
        else:
            groups.append([i])
    results = []
    for group in groups:
        top = [i for i in group if values[i] == max(values[group])]
        results.append((group[0], group[-1] + 1, top[-1] if last else top[0]))
    return results


def found(values: list[float], threshold: float, gap: int, last: bool = False) -> list[tuple[int, int, int]]:
    arrays = find_peaks(np.array(values, np.float32), np.float32(threshold), gap, last)
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, NAN]), max_size=60), st.integers(0, 5), st.booleans())
def test_peaks_are_what_the_slow_twin_finds(values: list[float], gap: int, last: bool) -> None:
    assert found(values, 0.5, gap, last) == slow_peaks(np.array(values, np.float32), 0.5, gap, last)


def test_a_gap_is_the_positions_between() -> None:
    values = [1.0, 0.0, NAN, 1.0]
    assert found(values, 0.5, 2) == [(0, 4, 0)]
    assert found(values, 0.5, 1) == [(0, 1, 0), (3, 4, 3)]


def test_the_last_of_equal_summits_where_asked() -> None:
    assert found([0.6, 0.9, 0.7, 0.9], 0.5, 0) == [(0, 4, 1)]
    assert found([0.6, 0.9, 0.7, 0.9], 0.5, 0, last=True) == [(0, 4, 3)]


def test_the_threshold_itself_is_high_enough_as_float32() -> None:
    assert found([0.7], 0.7, 0) == [(0, 1, 0)]


def test_nothing_high_gives_no_peak() -> None:
    assert found([], 0.5, 3) == []
    assert found([NAN, 0.4, NAN], 0.5, 3) == []
