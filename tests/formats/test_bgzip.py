"""bgzip against gzip, whole and truncated."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.bgzip import check_last_block, convert_to_bgzip, is_bgzip


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


def test_a_gzip_file_becomes_bgzip_with_the_same_content(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "plain.gz").write_bytes(gzip.compress(content))
    convert_to_bgzip(tmp_path / "plain.gz", tmp_path / "blocks.gz")
    assert is_bgzip(tmp_path / "blocks.gz")
    check_last_block(tmp_path / "blocks.gz")
    assert gzip.decompress((tmp_path / "blocks.gz").read_bytes()) == content


def test_a_truncated_gzip_file_leaves_no_bgzip(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(bytes(100_000))[:-20])
    with pytest.raises(EOFError):
        convert_to_bgzip(tmp_path / "cut.gz", tmp_path / "blocks.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.gz"]
