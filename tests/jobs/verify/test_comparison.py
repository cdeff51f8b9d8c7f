"""Values against bounds."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.jobs.verify.comparison import LISTED, Differences
from ideep_scan.jobs.verify.computed_values import Bounds
from ideep_scan.records.places import Places

NAN = np.nan


def places(count: int) -> Places:
    return Places(np.array(["a"] * count, object), np.array(["+"] * count, object), np.arange(count))


def compare(recorded: list[float], computed: list[float], slack: float = 0.1) -> Differences:
    values = np.array(computed)
    differences = Differences()
    bounds = Bounds(values - slack, values, values + slack)
    differences.compare(np.array(recorded), bounds, places(len(values)), ["x"] * len(values))
    return differences


def test_values_within_their_bounds_agree() -> None:
    differences = compare([0.5, NAN, 0.1], [0.45, NAN, 0.1])
    assert differences.count == 0
    assert differences.largest == pytest.approx(0.05)


def test_each_kind_of_difference_is_described() -> None:
    differences = compare([0.5, NAN, 0.5], [0.7, 0.5, NAN])
    assert differences.lines == [
        "x: a:1 (+) has 0.5, but its inputs give 0.7",
        "x: a:2 (+) has no value, but its inputs give 0.5",
        "x: a:3 (+) has 0.5, but its inputs give no value",
    ]
    assert differences.largest == 0


def test_many_differences_are_counted() -> None:
    differences = compare([0.0] * 30, [1.0] * 30)
    differences.add("one more")
    assert differences.count == 31
    assert len(differences.lines) == LISTED
