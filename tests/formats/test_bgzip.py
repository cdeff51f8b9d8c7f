"""bgzip against gzip, whole and truncated."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.bgzip import check_last_block, is_bgzip


def test_only_blocks_with_their_size_are_bgzip(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"text"))
    with pysam.BGZFile(str(tmp_path / "y.gz"), "wb", None) as file:
        file.write(b"text")
    assert not is_bgzip(tmp_path / "x.gz")
    assert is_bgzip(tmp_path / "y.gz")
    check_last_block(tmp_path / "y.gz")


def test_a_file_without_its_last_block_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    with pysam.BGZFile(str(path), "wb", None) as file:
        file.write(b"text")
    path.write_bytes(path.read_bytes()[:-28])
    with pytest.raises(InputError, match="truncated"):
        check_last_block(path)
