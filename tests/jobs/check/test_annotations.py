"""Annotations: counts, strands, ids and features."""

from __future__ import annotations

from pathlib import Path

import toy_bad_files

from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.jobs.check.annotations import check_annotation
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import AnyContig, Reference


def test_transcripts_are_counted_and_placed(tmp_path: Path) -> None:
    path = tmp_path / "a.gtf"
    path.write_text(toy_bad_files.gtf(chrom="T") + toy_bad_files.gtf("-", name="T2", chrom="V"))
    report = FileReport(path)
    annotation = check_annotation(report, Reference(ContigResolver({"T": 6000}), "genome.fa"))
    assert annotation is not None
    assert [item.chrom for item in annotation.transcripts] == ["T"]
    assert report.facts == {"transcripts": 2, "genes": 2, "contigs": 2, "on the genome": 1}
    assert report.codes == ["other-contigs"]


def test_one_id_at_two_places_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.gtf"
    path.write_text(toy_bad_files.gtf() + toy_bad_files.gtf(start=9001, end=9500).replace("T1", "T1"))
    report = FileReport(path)
    assert check_annotation(report, Reference(AnyContig())) is not None
    assert "repeated-id" in report.codes
