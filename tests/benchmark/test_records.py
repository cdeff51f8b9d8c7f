"""Labels of experiments, and results that are behind an independent re-run."""

from __future__ import annotations

import pytest

from ideep_scan.benchmark.records import Anchor, Cell, Row, Subject
from ideep_scan.records.estimate import Estimate


@pytest.mark.parametrize(("detail", "label"), [("", "8 ELAVL1"), ("PAR-CLIP, MNase", "8 ELAVL1, PAR-CLIP, MNase")])
def test_a_label_has_the_detail_if_there_is_one(detail, label):
    assert Subject(8, "8_ELAVL1", "ELAVL1", detail).label == label


@pytest.mark.parametrize(
    ("anchor", "is_behind"),
    [
        (None, False),
        (Anchor(0.95, 0.9, 0.02, 0.9, 0.9), True),
        (Anchor(0.93, 0.9, 0.02, 0.9, 0.9), False),
        (Anchor(0.5, 0.9, 0.02, 0.9, 0.9), False),
        (Anchor(0.9001, 0.9, 0.0, 0.9, 0.9), True),
    ],
)
def test_a_result_is_behind_if_it_is_more_than_two_deviations_lower(anchor, is_behind):
    estimate = Estimate(0.9, 0.88, 0.92, 0.01)
    assert Row("own", "m", Subject(1, "1", "P"), estimate, estimate, 1.0, anchor=anchor).behind == is_behind


def test_a_cell_of_the_test_windows_is_not_one_of_a_fold():
    assert Cell("own", "m", "1") == Cell("own", "m", "1", 0, 0)
    assert len({Cell("own", "m", "1"), Cell("own", "m", "1", 1, 5), Cell("own", "m", "1", 1, 10)}) == 3
