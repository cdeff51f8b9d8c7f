"""The table of predictions."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.formats.predictions import make_prediction_table
from ideep_scan.records.scores import Prediction
from ideep_scan.records.span import Span

SITE = Span("chr1", 5, 9, "-")
ROWS = [
    Prediction("a b", SITE, "ELAVL1", float(np.float32(0.1)), None, ("sequence", "region")),
    Prediction(None, SITE, "PUM2", float("nan"), 0.250049, ("sequence",)),
]
TEXT = (
    "name\tchrom\tstart\tend\tstrand\trbp\tscore\tp\tmodalities\n"
    "a b\tchr1\t5\t9\t-\tELAVL1\t0.1\t\tsequence,region\n"
    ".\tchr1\t5\t9\t-\tPUM2\t\t0.25\tsequence\n"
)


def test_a_stream() -> None:
    stream = io.StringIO()
    with make_prediction_table(None, stream) as table:
        table.add(ROWS)
    assert stream.getvalue() == TEXT


@pytest.mark.parametrize("name", ["new/t.tsv", "t.tsv.gz"])
def test_a_file(tmp_path: Path, name: str) -> None:
    path, stream = tmp_path / name, io.StringIO()
    with make_prediction_table(path, stream) as table:
        table.add(ROWS[:1])
        table.add(ROWS[1:])
        assert not path.exists()
    data = path.read_bytes()
    assert (gzip.decompress(data) if name.endswith(".gz") else data).decode() == TEXT
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    assert stream.getvalue() == ""
