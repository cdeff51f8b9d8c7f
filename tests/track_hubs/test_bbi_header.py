"""Headers of bigWig and bigBed files, against the libraries that wrote them."""

from __future__ import annotations

import struct
from pathlib import Path

import pybigtools
import pyBigWig
import pytest

from track_hubs.bbi_file import BbiError
from track_hubs.bbi_header import Header, read_header

SIZES = {"chr1": 40_000, "a contig with a long name": 3_000}
AUTO_SQL = """table sites
"Sites of a protein"
    (
    string chrom;      "Contig"
    uint chromStart;   "Start"
    uint chromEnd;     "End"
    string name;       "Name; of (the) site"
    double rawScore;   "Score"
    int[2] blockSizes; "Two sizes"
    )
"""
ROWS = [("chr1", 5, 9, "a\t0.5\t1,2"), ("chr1", 7, 20, "b\t0.7\t3,4")]


def write_bigbed(path: Path, auto_sql: str | None = None) -> Path:
    options = {} if auto_sql is None else {"autosql": auto_sql}
    pybigtools.open(str(path), "w").write(SIZES, ROWS, **options)
    return path


def add_index(path: Path, columns: list[int]) -> None:
    """Append an extension that declares a search index for each column."""
    end = path.stat().st_size
    content = bytearray(path.read_bytes())
    content[56:64] = struct.pack("<Q", end)
    content += struct.pack("<HHQ52x", 64, len(columns), end + 64)
    for column in columns:
        content += struct.pack("<HHQ4xH2x", 0, 1, 0, column)
    path.write_bytes(content)


def test_a_bigwig_has_contigs_and_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.bw"
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(list(SIZES.items()))
        file.addEntries("chr1", [10], values=[0.5], span=1)
    assert read_header(path) == Header("bigWig", SIZES)


def test_columns_of_a_bigbed_are_those_of_its_auto_sql(tmp_path: Path) -> None:
    header = read_header(write_bigbed(tmp_path / "a.bb", AUTO_SQL))
    assert header.kind == "bigBed"
    assert header.names == ("chrom", "chromStart", "chromEnd", "name", "rawScore", "blockSizes")
    assert header.fields == len(header.names)
    assert header.indexed == ()


def test_contigs_are_those_with_their_lengths(tmp_path: Path) -> None:
    path = write_bigbed(tmp_path / "a.bb")
    with pyBigWig.open(str(path)) as file:
        assert read_header(path).contigs == file.chroms()


def test_indexed_columns_have_their_names(tmp_path: Path) -> None:
    path = write_bigbed(tmp_path / "a.bb", AUTO_SQL)
    add_index(path, [4, 3, 99])  # the file has no column 99
    assert read_header(path).indexed == ("rawScore", "name")


def test_an_extension_beyond_the_end_is_damage(tmp_path: Path) -> None:
    path = write_bigbed(tmp_path / "a.bb", AUTO_SQL)
    content = bytearray(path.read_bytes())
    content[56:64] = struct.pack("<Q", len(content) - 3)
    path.write_bytes(content)
    with pytest.raises(BbiError, match="truncated or damaged"):
        read_header(path)


@pytest.mark.parametrize("content", [b"", b"x" * 63, b"x" * 500, b"\x26\xfc\x8f\x88" + b"\xff" * 100])
def test_another_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BbiError):
        read_header(tmp_path / "x")
    with pytest.raises(BbiError, match="cannot be read"):
        read_header(tmp_path)
