"""Kinds of files, by content first and by name second."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy_bad_files

from ideep_scan.jobs.check.kinds import detect_kind

PEAK = "chrT\t1\t9\tp\t0\t+\t1.5\t2\t-1\t4\n"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a", ">x\nACGT\n", "fasta"),
        ("a", toy_bad_files.gtf(), "annotation"),
        ("a", toy_bad_files.gff3(""), "annotation"),
        ("a", "c\t1\t9\tT\t0\t+\t1\t9\t0\t1\t8,\t0,\n", "annotation"),
        ("a", "track name=x\nc\t1\t9\n", "bed"),
        ("a.narrowPeak", PEAK, "bed"),
        ("a.gtf", PEAK, "bed"),
        ("a", "c 1 9 x 0 +\n", "bed"),
        ("a", toy_bad_files.vcf(), "vcf"),
        ("a", "chrT\t600\n", "sizes"),
        ("a.fa.fai", "chrT\t600\t6\t60\t61\n", "sizes"),
        ("a", "ELAVL1\tsites.bed\n", "cobinding"),
        ("a.vcf", "nothing of the kind\n", "vcf"),
        ("a.txt", "nothing of the kind\n", None),
    ],
)
def test_kinds(name: str, text: str, kind: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert detect_kind(tmp_path / name) == kind
