"""Tests of the tables and the figure of the measurement of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from training_figures import draw_figure, group_results, print_tables, show


def _result(sites: int, start: str, draw: int, test: float, negatives: str = "both") -> dict[str, Any]:
    run = ["TARDBP (27)", sites, start, negatives, draw]
    return {
        "run": run,
        "pool": 5000,
        "seconds": 2.0,
        "test": [test, test - 0.02, test + 0.02],
        "within": [0.8, 0.7, 0.9],
    }


RESULTS = [
    _result(0, "bundled", 0, 0.95),
    _result(100, "zoo", 0, 0.90),
    _result(100, "zoo", 1, 0.94),
    _result(100, "scratch", 0, 0.85),
    _result(1000, "zoo", 0, 0.96, "matched"),
]


def test_show_gives_the_mean_and_range_of_draws_or_the_interval_of_one() -> None:
    groups = group_results(RESULTS)
    assert show(groups["TARDBP (27)", 100, "zoo", "both"], "test") == "0.920 (0.900–0.940)"
    assert show(groups["TARDBP (27)", 100, "scratch", "both"], "test") == "0.850 (0.830–0.870)"
    assert show([], "test") == "–"


def test_tables_have_a_row_for_each_size_and_kind(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(RESULTS)
    printed = capsys.readouterr().out
    assert "| TARDBP (27) | 100 | 0.920 (0.900–0.940) | 0.850 (0.830–0.870) |" in printed
    assert "region types as often as at sites | 0.960 (0.940–0.980) | 0.800 (0.700–0.900) |" in printed


def test_figure_is_written(tmp_path: Path) -> None:
    draw_figure(RESULTS, tmp_path / "training.png")
    assert (tmp_path / "training.png").read_bytes().startswith(b"\x89PNG")
