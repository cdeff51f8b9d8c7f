"""What is compressed, decompressed by zlib, gzip and htslib."""

from __future__ import annotations

import gzip
import random
import threading
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


# Zoom records of small bigWigs and bigBeds. ISA-L's levels 1 and 2 compress them in several ways.
SMALL_BLOCKS = [
    "0100000000300000004000008001000000000000295c0f3d2731c83fefe6a93c"
    "010000000040000000500000200e0000000000005839b43cf853e33f8716593c",
    "010000000000000080380100100000000000803f00000040000098410000c841",
    "0100000000000000000001000f0000000000803f00000040000090410000c041",
]


def test_no_thread_or_address_changes_a_block() -> None:
    results: list[set[bytes]] = [set() for _ in SMALL_BLOCKS]
    lock, done = threading.Lock(), threading.Event()

    def work() -> None:
        packed = [compress_block(bytes.fromhex(block)) for block in SMALL_BLOCKS]
        with lock:
            for blocks, block in zip(results, packed, strict=True):
                blocks.add(block)
        done.wait()  # all stacks exist at the same time, so no two have one address

    threads = [threading.Thread(target=work) for _ in range(200)]
    for thread in threads:
        thread.start()
    done.set()
    for thread in threads:
        thread.join()
    assert [len(blocks) for blocks in results] == [1] * len(SMALL_BLOCKS)


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
