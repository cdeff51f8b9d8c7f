"""bigBeds read back with pyBigWig and pybigtools, whose code shares nothing with the writer."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pybigtools
import pyBigWig
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.errors import OutputError
from ideep_scan.formats import bigbed
from ideep_scan.formats.bigbed import Row, Schema, write_bigbed

CONTIGS = {"chr1": 1000, "chr10": 500, "chr2": 300}
SCHEMA = Schema("sites", "Sites", 6, (("string", "note", "A note"), ("double", "value", "A value")))
ROWS: list[Row] = [
    ("chr1", 5, 9, "a\t10\t+\tx\t0.5"),
    ("chr1", 7, 8, "b\t10\t-\tα β\t0.25"),
    ("chr10", 0, 500, "c\t10\t+\tx\t1.0"),
    ("chr2", 1, 2, "d\t10\t+\tx\t1.0"),
]


def test_another_reader_finds_rows_and_schema(tmp_path: Path) -> None:
    path = write_bigbed(tmp_path / "a.bb", CONTIGS, iter(ROWS), SCHEMA)
    assert path is not None
    with pyBigWig.open(str(path)) as file:
        assert file.isBigBed()
        held = [(chrom, *entry) for chrom in CONTIGS for entry in file.entries(chrom, 0, CONTIGS[chrom])]
        sql = file.SQL().decode()
    assert held == ROWS
    assert sql == SCHEMA.sql()
    assert '   string note; "A note"\n   double value; "A value"\n)' in sql
    assert struct.unpack("<HH", path.read_bytes()[32:36]) == (8, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["a.bb"]
    with pybigtools.open(str(path)) as again:
        assert [record[0] for record in again.records("chr1")] == [5, 7]


def test_numbers_of_numpy_are_taken(tmp_path: Path) -> None:
    rows = [(chrom, np.int64(start), np.int32(end), rest) for chrom, start, end, rest in ROWS]
    path = write_bigbed(tmp_path / "a.bb", CONTIGS, rows, SCHEMA)
    assert path == tmp_path / "a.bb"
    assert path.read_bytes() == write_bigbed(tmp_path / "b.bb", CONTIGS, ROWS, SCHEMA).read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda number, start, end: (number, start + 1, end + 1),
        lambda number, start, end: (number, start, end + (end < 100)),
        lambda number, start, end: (0, start, end),
    ],
)
def test_a_file_that_differs_from_its_rows_gets_no_name(
    tmp_path: Path, change: Callable[[int, int, int], tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = bigbed._encode_row
    monkeypatch.setattr(bigbed, "_encode_row", lambda *place, text: encode(*change(*place), text=text))
    with pytest.raises(OutputError, match=r"a.bb: differs from the 3 rows that were written"):
        write_bigbed(tmp_path / "a.bb", CONTIGS, [ROWS[0], ROWS[1], ("chr10", 9, 20, ROWS[2][3])], SCHEMA)
    assert list(tmp_path.iterdir()) == []


def test_no_rows_no_file(tmp_path: Path) -> None:
    assert write_bigbed(tmp_path / "a.bb", CONTIGS, iter([]), SCHEMA) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([ROWS[1], ROWS[0]], ValueError),
        ([ROWS[0], ROWS[2], ROWS[1]], ValueError),
        ([("chr3", 1, 2, "a\t1\t+\tx\t1")], OutputError),
        ([ROWS[0], ("chr2", 299, 301, "a\t1\t+\tx\t1")], OutputError),
        ([ROWS[0], ("chr2", 7, 7, "a\t1\t+\tx\t1")], OutputError),
    ],
)
def test_rows_that_do_not_fit_are_refused(tmp_path: Path, rows: list[Row], error: type[Exception]) -> None:
    with pytest.raises(error):
        write_bigbed(tmp_path / "a.bb", CONTIGS, rows, SCHEMA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("before", [0, 2])
def test_an_error_of_the_rows_comes_through(tmp_path: Path, before: int) -> None:
    def rows() -> Iterator[Row]:
        yield from ROWS[:before]
        raise KeyError("x")

    with pytest.raises(KeyError):
        write_bigbed(tmp_path / "a.bb", CONTIGS, rows(), SCHEMA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room", [0, 1000, 20_000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, room: int) -> None:
    code = f"""
import resource
from ideep_scan.errors import OutputError
from ideep_scan.formats.bigbed import Schema, write_bigbed
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
rows = (("chr1", i, i + 1, f"x{{i * 7919 % 10007}}") for i in range(100_000))
try:
    write_bigbed({str(tmp_path / "a.bb")!r}, {{"chr1": 10**6}}, rows, Schema("t", "t", 4, ()))
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a.bb: cannot be written" in done.stdout
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


SIZES = {"chr1": 300, "chr2": 40, "chr3": 200}
INTERVALS = st.tuples(st.sampled_from(sorted(SIZES)), st.integers(0, 199), st.integers(1, 150))


def depths(rows: list[Row]) -> np.ndarray:
    """Depth at all covered positions, counted one by one."""
    at = {chrom: np.zeros(length, int) for chrom, length in SIZES.items()}
    for chrom, start, end, _ in rows:
        at[chrom][start:end] += 1
    return np.concatenate([depth[depth > 0] for depth in at.values()])


@settings(max_examples=40, deadline=None)
@given(st.lists(INTERVALS, min_size=1, max_size=60))
def test_the_header_sums_up_the_depth_of_rows_that_overlap(
    tmp_path_factory: pytest.TempPathFactory, intervals: list[tuple[str, int, int]]
) -> None:
    kept = sorted((c, s, min(s + n, SIZES[c])) for c, s, n in intervals if s < SIZES[c]) or [("chr1", 0, 1)]
    rows: list[Row] = [(chrom, start, end, "x\t1\t+\ty\t0.5") for chrom, start, end in kept]
    path = write_bigbed(tmp_path_factory.mktemp("bb") / "a.bb", SIZES, rows, SCHEMA)
    depth = depths(rows)
    with pybigtools.open(str(path)) as file:
        said = file.info()["summary"]
    assert (said["basesCovered"], said["min"], said["max"], said["sum"]) == (
        len(depth), depth.min(), depth.max(), depth.sum()
    )  # fmt: skip
    with pyBigWig.open(str(path)) as file:
        header = file.header()
    assert (header["nBasesCovered"], header["minVal"], header["maxVal"], header["sumData"], header["sumSquared"]) == (
        len(depth), depth.min(), depth.max(), depth.sum(), (depth**2).sum()
    )  # fmt: skip
    data_at = struct.unpack("<Q", path.read_bytes()[16:24])[0]
    assert struct.unpack("<Q", path.read_bytes()[data_at : data_at + 8]) == (len(rows),)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 400), st.integers(0, 2**31))
def test_many_rows_come_back_by_region_and_zoom(
    tmp_path_factory: pytest.TempPathFactory, count: int, width: int, seed: int
) -> None:
    """Many blocks, rows longer than the blocks that follow them, and every zoom level."""
    random = np.random.default_rng(seed)
    contigs = {"chr1": 5_000_000, "chr2": 3_000_000}
    rows: list[Row] = []
    for chrom, length in contigs.items():
        starts = np.sort(random.integers(0, length - 1, count))
        ends = np.minimum(starts + random.integers(1, width, count, endpoint=True) ** 2, length)
        rows += [(chrom, a, b, f"{i}") for i, (a, b) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))]
    path = tmp_path_factory.mktemp("bb") / "a.bb"
    write_bigbed(path, contigs, rows, Schema("t", "t", 4, ()))
    depth = np.zeros(contigs["chr1"], int)
    for chrom, start, end, _ in rows:
        depth[start:end] += chrom == "chr1"
    first, last = sorted(random.integers(0, contigs["chr1"], 2).tolist())
    inside = [row for row in rows if row[0] == "chr1" and row[1] < last and row[2] > first]
    with pybigtools.open(str(path)) as one, pyBigWig.open(str(path)) as other:
        assert [("chr1", *entry) for entry in one.records("chr1", first, last + 1)][: len(inside)] == inside
        if first < last:
            assert [("chr1", *entry) for entry in other.entries("chr1", first, last) or []] == inside
        for size in one.zooms():
            for start, end, summary in one.zoom_records(size, "chr1"):
                covered = depth[start:end][depth[start:end] > 0]
                assert end == min(start + size, contigs["chr1"])
                assert (summary["bases_covered"], summary["sum"]) == (len(covered), np.float32(covered.sum()))
                assert (summary["min_val"], summary["max_val"]) == (covered.min(), covered.max())
