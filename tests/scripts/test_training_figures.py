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
    assert show(groups["TARDBP iCLIP", 100, "zoo", "both"], "test") == "0.920 (0.900–0.940)"
    assert show(groups["TARDBP iCLIP", 100, "scratch", "both"], "test") == "0.850 (0.830–0.870)"
    assert show([], "test") == "–"


def test_tables_have_a_row_for_each_size_and_kind(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(RESULTS)
    printed = capsys.readouterr().out
    interval = "0.800 (0.800–0.800) | 0.800 (0.700–0.900)"
    assert f"| TARDBP iCLIP | 100 | 0.920 (0.900–0.940) | 0.850 (0.830–0.870) | {interval} |" in printed
    assert "| TARDBP iCLIP | bundled model | 0.950 (0.930–0.970) | | 0.800 (0.700–0.900) | |" in printed
    assert "region types as often as at sites | 0.960 / 0.800 |" in printed
    assert "| the published ones | – |" in printed
    assert "| 100 | 2 s | 2 s |" in printed


def test_a_list_that_only_its_own_sites_judge_has_a_table_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    lists = [{**item, "run": ["TARDBP HEK293 ICLIP", *item["run"][1:]]} for item in RESULTS[1:]]
    for item in lists:
        del item["test"]
    print_tables([*RESULTS, *lists])
    printed = capsys.readouterr().out
    assert "TARDBP iCLIP, HEK293:\n| sites | from zoo | from scratch |" in printed
    assert "| 100 | 0.800 (0.800–0.800) | 0.800 (0.700–0.900) |" in printed
    assert "| 0.960 / 0.800 | 0.800 |" in printed


def test_heads_are_those_of_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(RESULTS)
    document = (Path(__file__).parents[2] / "docs" / "train.md").read_text()
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("| experiment", "| sites"))]
    assert len(heads) == 2
    assert all(f"\n{head}\n" in document for head in heads)


def test_figure_is_written(tmp_path: Path) -> None:
    draw_figure(RESULTS, tmp_path / "training.png")
    assert (tmp_path / "training.png").read_bytes().startswith(b"\x89PNG")
