"""The report of a benchmark: rows from results, and the figures that belong to a page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.benchmark import report as room
from ideep_scan.benchmark.records import OWN, PUBLISHED, Anchor, Cell, Result, Subject
from ideep_scan.benchmark.report import ReportData, write_report
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.records.estimate import Estimate

SUBJECTS = [Subject(number, f"{number}_X", "XYZ") for number in (1, 2, 10)]
LABELS = np.array([0, 1, 0, 1], np.int8)
DRAWINGS = ("draw_roc", "draw_strips", "draw_correlation", "draw_cross_validation")


def result(auc: float) -> Result:
    return Result(
        LABELS, np.array([0.1, 0.9, 0.2, 0.8], np.float32), Estimate(auc, auc, auc, 0.01), Estimate(0, 0, 1, 0), 5.0
    )


def data(names, folds=0, anchors=None) -> ReportData:
    """Results of every method on every experiment; the AUC tells method, experiment and fold."""
    results = {}
    for protocol, methods in names.items():
        for place, method in enumerate(methods):
            for subject in SUBJECTS:
                for fold in range(folds + 1):
                    cell = Cell(protocol, method, subject.folder, fold, folds if fold else 0)
                    results[cell] = result(0.5 + place / 10 + subject.number / 100 + fold / 1000)
    return ReportData(SUBJECTS, names, results, anchors or {})


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the figures instead of drawing them."""
    noted: list[str] = []
    for name in DRAWINGS:
        monkeypatch.setattr(room, name, lambda path, *content, name=name: noted.append(f"{name} {path.name}"))
    return noted


def test_rows_come_by_method_then_by_experiment_with_their_folds_and_anchors():
    anchor = Anchor(0.9, 0.8, 0.01, 0.9, 0.8)
    rows = data({PUBLISHED: ["a", "b"]}, folds=2, anchors={2: anchor}).rows(PUBLISHED, 2)
    assert [(row.method, row.subject.number) for row in rows] == [(m, n) for m in "ab" for n in (1, 2, 10)]
    assert rows[1].auc.value == pytest.approx(0.52)
    assert rows[1].cross == pytest.approx((0.521, 0.522))
    assert [row.anchor for row in rows[:3]] == [None, anchor, None]


def test_folds_of_another_number_are_not_read():
    assert [row.cross for row in data({PUBLISHED: ["a"]}, folds=2).rows(PUBLISHED, 3)] == [()] * 3


def report(tmp_path: Path, names, folds=0):
    settings = BenchmarkSettings(tmp_path / "data", tmp_path, folds=folds)
    return write_report(settings, data(names, folds), ["A note."])


def test_means_are_returned_and_the_paper_is_shown_for_its_own_protocol_only(tmp_path, drawn):
    means = report(tmp_path, {PUBLISHED: ["iDeep", "Oli"], OWN: ["iDeep"]})
    assert [(protocol, method, count) for protocol, method, count, *_ in means] == [
        (PUBLISHED, "iDeep", 3),
        (PUBLISHED, "Oli", 3),
        (OWN, "iDeep", 3),
    ]
    assert means[0][3] == pytest.approx(0.5 + 13 / 300)
    published, own = (tmp_path / "benchmark.md").read_text().split("## Own featurizer")
    assert "| 0.90 | " in published
    assert "| 0.90 | " not in own
    assert "A note." in published


@pytest.mark.parametrize(
    ("names", "folds", "figures"),
    [
        ({OWN: ["iDeep"]}, 0, ["draw_roc own_roc"]),
        ({OWN: ["iDeep", "residual"]}, 0, ["draw_roc own_roc", "draw_strips own_methods"]),
        ({OWN: ["iDeep"]}, 2, ["draw_roc own_roc", "draw_cross_validation own_cross_validation"]),
        (
            {PUBLISHED: ["iDeep", "region", "motifs"]},
            0,
            [
                "draw_roc published_roc",
                "draw_strips published_methods",
                "draw_strips published_modalities",
                "draw_correlation published_correlation",
            ],
        ),
        ({PUBLISHED: ["iDeep", "region"]}, 0, ["draw_roc published_roc", "draw_strips published_methods"]),
    ],
)
def test_a_page_links_the_figures_that_its_results_allow(tmp_path, drawn, names, folds, figures):
    report(tmp_path, names, folds)
    assert drawn == figures
    page = (tmp_path / "benchmark.md").read_text()
    assert [name for name in figures if f"(figures/{name.split()[1]}.png)" not in page] == []
    assert page.count("](figures/") == len(figures)
