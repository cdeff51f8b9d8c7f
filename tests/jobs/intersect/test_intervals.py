"""Intervals of a BED in batches on the axis of the runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.jobs.intersect.batch import Batch
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.jobs.intersect.intervals import read_bed_batches
from ideep_scan.jobs.intersect.model_sites import BOTH
from ideep_scan.records.exclusions import Exclusions

AXIS = GenomeAxis({"chr1": 1000, "chr2": 500, "chrM": 16_569})


def batches(path: Path, text: str) -> tuple[list[Batch], Exclusions]:
    path.write_text(text)
    exclusions = Exclusions(path, "interval")
    return list(read_bed_batches(path, AXIS, exclusions)), exclusions


def test_intervals_keep_their_spelling_and_get_a_place(tmp_path: Path) -> None:
    (batch,), _ = batches(tmp_path / "a", "2\t5\t9\ta b\t0\t-\nchr1\t0\t1000\nchr2\t499\t500\t\t\t+\n")
    assert batch.fields == [
        ("2", "5", "9", "a b", "-"),
        ("chr1", "0", "1000", ".", "."),
        ("chr2", "499", "500", ".", "+"),
    ]
    queries = batch.queries()
    assert queries.starts.tolist() == [1006, 0, 1500]
    assert queries.ends.tolist() == [1010, 1000, 1501]
    assert queries.strands.tolist() == [1, BOTH, 0]


@pytest.mark.parametrize(("limit", "value", "sizes"), [("MAX_ROWS", 3, [3, 3, 1]), ("MAX_BASES", 100, [2, 2, 2, 1])])
def test_batches_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(f"ideep_scan.jobs.intersect.batch.Batch.{limit}", value)
    found, _ = batches(tmp_path / "a", "chr1\t0\t60\n" * 7)
    assert [len(batch) for batch in found] == sizes


def test_an_interval_without_bases_is_a_gap(tmp_path: Path) -> None:
    (batch,), exclusions = batches(tmp_path / "a", "chr1\t5\t5\trs1\n")
    queries = batch.queries()
    assert (queries.starts.tolist(), queries.ends.tolist()) == ([5], [5])
    (note,) = exclusions.notes()
    assert "1 interval whose end is its start, read as the gap before that base (if starts count from 1" in note


def test_a_name_that_may_mean_another_sequence_is_said(tmp_path: Path) -> None:
    axis = GenomeAxis({"chrM": 16_571})
    path = tmp_path / "a.bed"
    path.write_text("MT\t5\t9\n")
    exclusions = Exclusions(path, "interval")
    assert [len(batch) for batch in read_bed_batches(path, axis, exclusions)] == [1]
    assert "another sequence" in exclusions.notes()[0]
