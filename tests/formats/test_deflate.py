"""What is compressed, decompressed by zlib, gzip and htslib."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.bgzip import check_last_block, is_bgzip
from ideep_scan.formats.deflate import (
    BGZIP_BYTES,
    BGZIP_END,
    compress_bgzip_block,
    compress_block,
    reproducible_gzip,
)


@given(st.binary(max_size=500))
def test_a_compressed_block_is_zlib(block: bytes) -> None:
    assert zlib.decompress(compress_block(block)) == block


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_equal_contents_give_equal_gzip_files(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("first.gz", "second.gz"):
        with reproducible_gzip(folder / name) as stream:
            stream.writelines(parts)
    content = (folder / "first.gz").read_bytes()
    assert content == (folder / "second.gz").read_bytes()
    assert gzip.decompress(content) == b"".join(parts)


@pytest.mark.parametrize("content", [b"", b"a", b"row\t1\n" * 9000, random.Random(1).randbytes(BGZIP_BYTES)])
def test_htslib_reads_bgzip_blocks(tmp_path: Path, content: bytes) -> None:
    """Also the longest block, of bytes that cannot be compressed."""
    path = tmp_path / "a.gz"
    path.write_bytes(compress_bgzip_block(b"first\n") + compress_bgzip_block(content) + BGZIP_END)
    assert is_bgzip(path)
    check_last_block(path)
    with pysam.BGZFile(str(path), "r", None) as file:
        assert file.read() == b"first\n" + content
    assert gzip.decompress(path.read_bytes()) == b"first\n" + content
