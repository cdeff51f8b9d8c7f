"""Tables of figures to compare with, whole and broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.benchmark.published_figures import read_anchors
from ideep_scan.benchmark.records import Anchor
from ideep_scan.errors import InputError

HEADER = "id\tboot_SD\tother\tiDeep_rerun_AUC\tiDeep+spline_AUC\tiDeep_rerun_auPRC\tspline_auPRC\n"


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(HEADER + "3\t0.01\tx\t0.9\t0.92\t0.7\t0.8\n\t1\tMEAN\t1\t1\t1\t1\n")
    assert read_anchors(path) == {3: Anchor(auc=0.9, auprc=0.7, sd=0.01, spline_auc=0.92, spline_auprc=0.8)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id\tAUC\n1\t0.5\n", "line 1: column iDeep_rerun_AUC is missing"),
        (HEADER + "3\t0.01\tx\t0.9\n", "line 2: .* should be numbers"),
        (HEADER + "3\t0.01\tx\thigh\t0.92\t0.7\t0.8\n", "line 2: .* should be numbers"),
        (HEADER + "3\t0.01\tx\tnan\t0.92\t0.7\t0.8\n", "line 2: .* should be numbers"),
        (HEADER + "3\t0.01\tx\t0.9\t0.92\t0.7\t0.8\n" * 2, "line 3: the experiment 3 has two rows"),
        (HEADER, "has no experiment"),
    ],
)
def test_broken_tables(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        read_anchors(path)


def test_the_real_table(shared: Path) -> None:
    anchors = read_anchors(shared / "data" / "anchors" / "rbp31_anchor.tsv")
    assert sorted(anchors) == list(range(1, 32))
    assert anchors[10] == Anchor(0.915, 0.859, 0.013, 0.926, 0.876)
