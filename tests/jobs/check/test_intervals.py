"""BED files: order, duplicates, and strands against transcripts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.jobs import strand_shares
from ideep_scan.jobs.check import intervals
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import AnyContig, Reference
from ideep_scan.jobs.check.intervals import check_bed
from ideep_scan.records.transcript import Transcript

REGIONS = RegionMap([Transcript("T", "G", "G", "c", "+", np.array([[100, 1000]], np.int64))])


def check(path: Path, rows: list[tuple[int, int, str]], regions: RegionMap | None = None) -> FileReport:
    path.write_text("".join(f"c\t{start}\t{end}\t.\t0\t{strand}\n" for start, end, strand in rows))
    report = FileReport(path)
    check_bed(report, Reference(AnyContig()), regions)
    return report


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([(1, 5, "+"), (3, 9, "-"), (5, 9, "+")], []),
        ([(1, 6, "+"), (3, 9, "-"), (5, 9, "+")], ["overlaps"]),
        ([(1, 5, "+"), (1, 5, "+")], ["duplicates"]),
        ([(1, 5, "+"), (1, 5, "-")], []),
        ([(5, 9, "+"), (1, 5, "+")], ["unsorted"]),
    ],
)
def test_order_overlaps_and_duplicates(rows: list[tuple[int, int, str]], codes: list[str], tmp_path: Path) -> None:
    assert check(tmp_path / "a.bed", rows).codes == codes


@pytest.mark.parametrize(
    ("plus", "minus", "outside", "codes"),
    [
        (20, 0, 0, []),
        (20, 9, 0, []),
        (20, 11, 0, ["doubtful-strand"]),
        (9, 20, 0, ["swapped-strand"]),
        (10, 0, 9, []),
        (9, 0, 12, ["outside-transcripts"]),
        (2, 7, 0, []),
    ],
)
def test_strands_against_transcripts(plus: int, minus: int, outside: int, codes: list[str], tmp_path: Path) -> None:
    rows = [(100 + 10 * i, 105 + 10 * i, "+") for i in range(plus)]
    rows += [(500 + 10 * i, 505 + 10 * i, "-") for i in range(minus)]
    rows += [(2000 + 10 * i, 2005 + 10 * i, "+") for i in range(outside)]
    report = check(tmp_path / "a.bed", rows, REGIONS)
    assert report.codes == codes
    total = plus + minus + outside
    assert report.facts["in a transcript of their strand"] == plus / total
    assert report.facts["of the other strand"] == minus / total


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "MAX_SITES", 2)
    monkeypatch.setattr(strand_shares, "MAX_SITES", 2)
    report = check(tmp_path / "a.bed", [(1, 5, "+"), (11, 15, "+"), (21, 25, "+")], REGIONS)
    assert report.codes == ["sampled"]
    assert report.facts["sites"] == 3
