"""Bytes of a file by offset, plain and bgzipped, and each way that a .gzi can be wrong."""

from __future__ import annotations

import os
import struct

import numpy as np
import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.random_access import BgzipBytes, PlainBytes
from ideep_scan.formats.input_file import InputFile

CONTENT = np.random.default_rng(0).choice(np.frombuffer(b"ACGT\n", np.uint8), 200_000).tobytes()


def write_bgzip(path, content=CONTENT):
    """Write a bgzip file and return its .gzi, made by counting blocks."""
    with pysam.BGZFile(str(path), "w") as handle:
        handle.write(content)
    return count_blocks(path.read_bytes())


def count_blocks(data):
    """Make the .gzi of a bgzip file: offsets of all blocks but the first, without the empty block at its end."""
    offset = plain = 0
    pairs = []
    while offset < len(data):
        size = struct.unpack_from("<H", data, offset + 16)[0] + 1
        length = struct.unpack_from("<I", data, offset + size - 4)[0]
        if offset and length:
            pairs.append((offset, plain))
        offset, plain = offset + size, plain + length
    return struct.pack("<Q", len(pairs)) + b"".join(struct.pack("<QQ", *pair) for pair in pairs)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "plain").write_bytes(CONTENT)
    gzi = write_bgzip(folder / "packed")
    opened = PlainBytes(InputFile(folder / "plain")), BgzipBytes(InputFile(folder / "packed"), gzi)
    yield opened
    for source in opened:
        source.close()
        source.close()  # again does nothing


@given(st.integers(0, len(CONTENT) + 70_000), st.integers(0, 150_000))
def test_both_kinds_read_the_bytes_at_any_offset(sources, offset, count):
    for source in sources:
        assert source.read(offset, count) == CONTENT[offset : offset + count]


def test_the_blocks_are_those_of_samtools(tmp_path):
    (tmp_path / "a.fa.gz").touch()
    gzi = write_bgzip(tmp_path / "a.fa.gz", b">a\n" + b"ACGT\n" * 40_000)
    pysam.faidx(str(tmp_path / "a.fa.gz"), "--gzi-idx", str(tmp_path / "gzi"), "--fai-idx", str(tmp_path / "fai"))
    assert (tmp_path / "gzi").read_bytes() == gzi


def pack(*pairs):
    return struct.pack("<Q", len(pairs)) + b"".join(struct.pack("<QQ", *pair) for pair in pairs)


@pytest.mark.parametrize(
    ("gzi", "reason"),
    [
        (b"", "the .gzi is damaged"),
        (bytes(7), "the .gzi is damaged"),
        (struct.pack("<Q", 2) + bytes(16), "the .gzi is damaged"),
        (pack((30_000, 65_280), (20_000, 130_560)), "do not rise"),
        (pack((20_000, 130_560), (30_000, 65_280)), "do not rise"),
        (pack((0, 65_280)), "do not rise"),
        (pack((2**63, 65_280)), "do not rise"),
        (pack((17, 65_280)), "not that of a block|does not end"),
        (pack((10**9, 65_280)), "lacks a block"),
    ],
)
def test_a_damaged_gzi_is_refused(tmp_path, gzi, reason):
    write_bgzip(tmp_path / "a.gz")
    with pytest.raises(ValueError, match=reason):
        BgzipBytes(InputFile(tmp_path / "a.gz"), gzi)


def test_a_gzi_of_another_file_is_refused(tmp_path):
    write_bgzip(tmp_path / "a.gz")
    other = write_bgzip(tmp_path / "b.gz", b"A" * len(CONTENT))
    with pytest.raises(ValueError, match=r"\.gzi"):
        BgzipBytes(InputFile(tmp_path / "a.gz"), other)


def test_a_gzi_that_lacks_a_block_is_refused(tmp_path):
    gzi = write_bgzip(tmp_path / "a.gz")
    assert gzi[:8] == struct.pack("<Q", 3)
    with pytest.raises(ValueError, match="lacks a block"):
        BgzipBytes(InputFile(tmp_path / "a.gz"), struct.pack("<Q", 2) + gzi[24:])


def test_a_file_that_is_not_bgzip_is_refused(tmp_path):
    (tmp_path / "a.gz").write_bytes(b">a\nACGT\n" * 10)
    with pytest.raises(ValueError, match="not that of a block"):
        BgzipBytes(InputFile(tmp_path / "a.gz"), pack())


def test_joined_files_are_one_although_empty_blocks_lie_between_them(tmp_path):
    for name in ("1", "2"):
        write_bgzip(tmp_path / name, name.encode() * 100_000)
    (tmp_path / "a.gz").write_bytes((tmp_path / "1").read_bytes() + (tmp_path / "2").read_bytes())
    source = BgzipBytes(InputFile(tmp_path / "a.gz"), count_blocks((tmp_path / "a.gz").read_bytes()))
    assert source.read(99_990, 20) == b"1" * 10 + b"2" * 10
    source.close()


@pytest.mark.parametrize("is_bgzip", [False, True])
def test_a_file_that_changes_while_it_is_open_is_noticed(tmp_path, is_bgzip):
    path = tmp_path / "a"
    gzi = write_bgzip(path)
    source = BgzipBytes(InputFile(path), gzi) if is_bgzip else PlainBytes(InputFile(path))
    os.utime(path, ns=(5, 5))
    with pytest.raises(InputError, match="overwritten"):
        source.read(0, 10)
    source.close()


@pytest.mark.parametrize("is_bgzip", [False, True])
def test_a_file_that_vanished_before_it_is_opened_is_one_line(tmp_path, is_bgzip):
    path = tmp_path / "a"
    gzi = write_bgzip(path)
    file = InputFile(path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        BgzipBytes(file, gzi) if is_bgzip else PlainBytes(file)


def test_a_damaged_block_is_an_error(tmp_path):
    path = tmp_path / "a"
    gzi = write_bgzip(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 50] = bytes(50)
    path.write_bytes(data)
    source = BgzipBytes(InputFile(path), gzi)
    with pytest.raises(InputError, match="the bgzip file is damaged"):
        source.read(0, len(CONTENT))
    source.close()
