"""Test parts of a training that a whole one does not reach."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.train.model import check_parts, count_windows
from ideep_scan.train.training_data import TrainingData
from tests.jobs.train.test_held_out import make_data


def make_parts(count: int) -> TrainingData:
    return make_data([(0, 10 * number, number % 3, number // 3 % 2) for number in range(count)])


def test_counts_add_up() -> None:
    counts = count_windows(make_parts(24))
    assert sum(counts[f"{part} windows"] for part in ("training", "validation", "test")) == 24
    assert counts["sites"] + counts["windows without a site"] == 24


def test_parts_without_both_classes_are_refused() -> None:
    check_parts(make_parts(24))
    data = make_parts(24)
    with pytest.raises(InputError, match="validation has"):
        check_parts(data[np.flatnonzero((data.part != 1) | (data.label == 0))])
