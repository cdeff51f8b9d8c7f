"""Figures of the benchmark as PNG and SVG: their text, and equal files for equal figures."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ideep_scan.benchmark.figures import (
    CrossRow,
    Curve,
    Strip,
    draw_correlation,
    draw_cross_validation,
    draw_roc,
    draw_strips,
)
from ideep_scan.errors import OutputError

STRIPS = [Strip("iDeep", [0.9, 0.8, 0.95], 0.9), Strip("Oli & co <1>", [0.7])]
CURVE = Curve("iDeep", np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.9, 1.0]), 0.7)
ROWS = [CrossRow("1 A", [0.7, 0.8], 0.75, 0.7, 0.8), CrossRow("2 B", [0.9], 0.95, 0.9, 1.0)]


@pytest.fixture(autouse=True)
def text_in_svg(monkeypatch):
    """Write letters of an SVG as text instead of outlines, and few dots of a PNG, which is quicker."""
    monkeypatch.setattr("ideep_scan.benchmark.figures._STYLE", {"svg.fonttype": "none", "svg.hashsalt": "x"})
    from matplotlib.figure import Figure

    save = Figure.savefig
    monkeypatch.setattr(Figure, "savefig", lambda self, file, **named: save(self, file, **{**named, "dpi": 40}))


def texts(path) -> list[str]:
    """Read the texts of the SVG, and check the PNG beside it."""
    assert path.with_name(f"{path.name}.png").read_bytes().startswith(b"\x89PNG")
    svg = path.with_name(f"{path.name}.svg").read_text()
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_strips_show_each_method_with_its_mean(tmp_path):
    draw_strips(tmp_path / "x", STRIPS, "AUC")
    results = texts(tmp_path / "x")
    assert {"iDeep", "Oli &amp; co &lt;1&gt;", "0.883", "0.700", "AUC", "mean in the paper"} <= set(results)
    draw_strips(tmp_path / "x", STRIPS[1:], "AUC")
    assert "mean in the paper" not in texts(tmp_path / "x")


def test_roc_plots_have_a_title_of_two_lines_and_the_area(tmp_path):
    panels = {f"{number} A\n{'long detail ' * 4}": [CURVE] for number in range(2)}
    draw_roc(tmp_path / "x", panels)
    results = texts(tmp_path / "x")
    assert {"0 A", "1 A", "0.700", "iDeep", "true positive rate"} <= set(results)
    assert results.count("long detail long detail long…") == 2


def test_correlations_without_a_value_stay_empty(tmp_path):
    draw_correlation(tmp_path / "x", ["a", "b"], np.array([[1.0, np.nan], [np.nan, -0.25]]))
    results = texts(tmp_path / "x")
    assert "1.00" in results
    assert {"-0.25", "\N{MINUS SIGN}0.25"} & set(results)
    assert not any("nan" in text for text in results)


def test_cross_validation_has_a_row_per_experiment(tmp_path):
    draw_cross_validation(tmp_path / "x", ROWS)
    assert {"1 A", "2 B", "cross-validation: folds and mean"} <= set(texts(tmp_path / "x"))


def test_equal_figures_give_equal_files_and_leave_no_setting(tmp_path):
    from matplotlib import rcParams

    before = dict(rcParams)
    for name in ("first", "second"):
        draw_cross_validation(tmp_path / name, ROWS)
    assert dict(rcParams) == before
    for kind in ("png", "svg"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()


def test_a_folder_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"x\.png: cannot be written"):
        draw_cross_validation(tmp_path / "file" / "x", ROWS)
