"""Compression, line ends, names and indices."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.jobs.check.containers import check_bgzip, check_container
from ideep_scan.jobs.check.findings import FileReport


@pytest.mark.parametrize(
    ("name", "content", "usable", "codes"),
    [
        ("a.bed", b"c\t1\t2\n", True, []),
        ("a.bed", b"c\t1\t2\r\n", True, ["line-ends"]),
        ("a.bed.gz", gzip.compress(b"c\t1\t2\r\n", mtime=0), True, ["line-ends"]),
        ("a.bed.gz", gzip.compress(b"\n<html>", mtime=0), False, ["web-page"]),
        ("a.fa", b">a b\nACGT \nAC\n", True, ["uneven-lines"]),
        ("a.fa", b">a \nACGT\nAC\n", True, []),
        ("a.gz", b"\x1f\x8b\x08" + b"\xff" * 40, True, []),
        ("a.bcf", gzip.compress(b"BCF\2\2\0\0", mtime=0), True, []),
    ],
)
def test_containers(name: str, content: bytes, usable: bool, codes: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    report = FileReport(tmp_path / name)
    assert check_container(report) is usable
    assert report.codes == codes


def test_lines_are_counted_from_one(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_bytes(b"c\t1\t2\nc\t1\t2\nc\t1\t2\r\n")
    (tmp_path / "a.fa").write_bytes(b">a\nAC\nAC \n")
    lines = []
    for name in ("a.bed", "a.fa"):
        report = FileReport(tmp_path / name)
        check_container(report)
        lines += [finding.line for finding in report.findings]
    assert lines == [3, 3]


def test_gzip_is_told_from_bgzip(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(b"x", mtime=0))
    report = FileReport(path)
    check_bgzip(report)
    assert report.codes == ["not-bgzip"]
