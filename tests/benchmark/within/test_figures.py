"""Figures inside transcripts: both formats, the same bytes again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ideep_scan.benchmark.within.evaluation import Judgement
from ideep_scan.benchmark.within.figures import draw_precision_recall


def test_curves_are_drawn_in_both_formats(tmp_path: Path) -> None:
    curve = np.array([[0.01, 0.1, 1.0], [0.9, 0.5, 0.01]])
    rows = [
        Judgement("A_B_C", "A", "all", name, "", "", "", genes=1, peaks=1, positions=1, estimates={}, curve=curve)
        for name in ("region type", "ideep")
    ]
    for name in ("first", "second"):
        draw_precision_recall(tmp_path / name, {f"A_B_{number}": rows for number in range(7)})
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    svg = (tmp_path / "first.svg").read_text()
    assert svg.count("<svg") == 1
    assert svg == (tmp_path / "second.svg").read_text()
