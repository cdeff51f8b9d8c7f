"""The table of predictions."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.formats import predictions
from ideep_scan.formats.predictions import make_prediction_table
from ideep_scan.records.scores import ModelColumn, UnplacedSite
from ideep_scan.records.span import Span

MODELS = [ModelColumn("ELAVL1", ("sequence", "region")), ModelColumn("PUM2", ("sequence",))]
NAMES = ["a b", None, "é"]
SITES = [Span("chr1", 5, 9, "-"), UnplacedSite("", "7", "", "."), Span("chrM", 0, 1, "+")]
NAN = float("nan")
SCORES = np.array([[0.1, 1], [NAN, NAN], [1e-5, 0.25]], np.float32)
P_VALUES = np.array([[NAN, 0.250049], [NAN, NAN], [1.0, 0.00001]])
TEXT = (
    "name\tchrom\tstart\tend\tstrand\trbp\tscore\tp\tmodalities\n"
    "a b\tchr1\t5\t9\t-\tELAVL1\t0.1\t\tsequence,region\n"
    "a b\tchr1\t5\t9\t-\tPUM2\t1.0\t0.25\tsequence\n"
    ".\t\t7\t\t.\tELAVL1\t\t\tsequence,region\n"
    ".\t\t7\t\t.\tPUM2\t\t\tsequence\n"
    "é\tchrM\t0\t1\t+\tELAVL1\t1e-05\t1\tsequence,region\n"
    "é\tchrM\t0\t1\t+\tPUM2\t0.25\t1e-05\tsequence\n"
)


@pytest.mark.parametrize("rows", [1, 4, 1000])
def test_a_stream(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "_BLOCK", rows)
    stream = io.StringIO()
    with make_prediction_table(None, stream, MODELS) as table:
        table.add([], [], SCORES[:0], P_VALUES[:0])
        table.add(NAMES, SITES, SCORES, P_VALUES)
    assert stream.getvalue() == TEXT


@pytest.mark.parametrize("name", ["new/t.tsv", "t.tsv.gz"])
def test_a_file(tmp_path: Path, name: str) -> None:
    path, stream = tmp_path / name, io.StringIO()
    with make_prediction_table(path, stream, MODELS) as table:
        for part in (slice(0, 2), slice(2, None)):
            table.add(NAMES[part], SITES[part], SCORES[part], P_VALUES[part])
        assert not path.exists()
    data = path.read_bytes()
    assert (gzip.decompress(data) if name.endswith(".gz") else data).decode() == TEXT
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    assert stream.getvalue() == ""
