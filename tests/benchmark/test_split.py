"""A split refuses rows in two parts and arrays that do not match."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.benchmark.split import Split
from ideep_scan.features.window_features import Features


def split(train, validation, test, more=(), rows=6, labels=6) -> Split:
    features = Features({"region": np.zeros((rows, 5, 101))}, {})
    parts = (np.array(part, np.int64) for part in (train, validation, test, more))
    return Split(np.zeros((rows, 101), np.int8), features, np.zeros(labels, np.int8), *parts)


def test_parts_need_not_cover_all_rows():
    assert split([0, 1], [2], [4]).test.tolist() == [4]


@pytest.mark.parametrize(
    "parts", [([0, 1], [1], [2]), ([0], [1], [2], [2]), ([0], [1], [0]), ([0], [1, 2], [2]), ([0, 0], [1], [2])]
)
def test_no_row_is_in_two_parts(parts):
    with pytest.raises(ValueError, match="two parts"):
        split(*parts)


def test_arrays_have_the_same_rows():
    with pytest.raises(ValueError, match="same rows"):
        split([0], [1], [2], labels=5)
