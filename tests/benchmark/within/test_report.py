"""Tables of the report, from judgements with known figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ideep_scan.benchmark.within.anchors import ProfileAnchor
from ideep_scan.benchmark.within.evaluation import COLUMNS, Judgement
from ideep_scan.benchmark.within.report import Coverage, ReportData, write_report
from ideep_scan.records.estimate import Estimate


def make_judgement(name: str, predictor: str, value: float, source: str = "", part: str = "all") -> Judgement:
    estimates = dict.fromkeys(COLUMNS, Estimate(value, value / 2, value * 2, 0.1))
    draws = dict.fromkeys(COLUMNS, np.array([value / 2, value * 2]))
    relation, model = ("other", "M") if source else ("", "")
    return Judgement(
        name,
        name.split("_")[0],
        part,
        predictor,
        source,
        model,
        relation,
        genes=3,
        peaks=12,
        positions=900,
        estimates=estimates,
        draws=draws,
        curve=np.array([[0.1, 1.0], [0.5, 0.25]]),
    )


def test_tables_show_the_figures(tmp_path: Path) -> None:
    rows = [
        make_judgement("A_K562_F", "region type", 0.125),
        make_judgement("A_K562_F", "ideep", 0.25, "ideep"),
        make_judgement("B_K562_G", "region type", 0.375),
        make_judgement("B_K562_G", "ideep", 0.75, "ideep"),
        make_judgement("C_K562_H", "region type", 0.9),  # judges no model
    ]
    coverage = [Coverage("chr20", 0, 10**9, 1000, 900, genes=3, peaks=24), Coverage("chr9", 0, 10**6, 0, 0, 0, 0)]
    data = ReportData(rows, coverage, {"A_K562": ProfileAnchor(0.111, 0.222)}, {"genome": "abcdef"})
    means = write_report(tmp_path / "out", data)
    assert [(mean.predictor, mean.proteins, mean.estimates["auPRC"].value) for mean in means] == [
        ("region type", 2, 0.25),
        ("ideep", 2, 0.5),
    ]
    table = pd.read_csv(tmp_path / "out" / "within.tsv", sep="\t", na_values=".")
    assert len(table) == 5
    assert table.loc[1, ["auPRC", "auPRC_low", "auPRC_high"]].tolist() == [0.25, 0.125, 0.5]
    page = (tmp_path / "out" / "within.md").read_text()
    assert "| ideep | 2 | 0.500 (" in page
    assert "| chr20 | 1,000 | 900 | 3 | 24 |" in page
    assert "| chr9:0-1 Mb | 0 | 0 | 0 | 0 |" in page
    tiles = next(line for line in page.splitlines() if line.startswith("| A_K562_F | 0.125"))
    assert tiles.endswith("| 0.111 | 0.222 |")
