"""Gzip files are known by their bytes, whatever their name."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from track_hubs.gzip_file import is_gzip


def test_gzip_and_bgzip_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "genes.bed").write_bytes(gzip.compress(b""))
    with pysam.BGZFile(str(tmp_path / "genome.fa"), "w") as file:
        file.write(b">c\nACGT\n")
    assert is_gzip(tmp_path / "genes.bed")
    assert is_gzip(tmp_path / "genome.fa")


@pytest.mark.parametrize("content", [b"", b"\x1f", b"\x8b\x1f", b"chr1\t0\t5\n", b" \x1f\x8b", b"\x1f\x9d\x90"])
def test_any_other_content_under_the_name_of_a_gzip_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "genes.bed.gz"
    path.write_bytes(content)
    assert not is_gzip(path)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        is_gzip(tmp_path / "missing.gz")
    with pytest.raises(IsADirectoryError):
        is_gzip(tmp_path)
