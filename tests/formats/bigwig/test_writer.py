"""bigWigs read back with pybigtools, whose code shares nothing with the writer or with its own check."""

from __future__ import annotations

import math
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pybigtools
import pyBigWig
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.errors import OutputError
from ideep_scan.formats.bbi import writer as bbi
from ideep_scan.formats.bigwig import writer as bigwig
from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.formats.deflate import compress_block
from ideep_scan.records.scores import ScoreTrack

CONTIGS = {"chr2": 3000, "chr10": 5_000_000, "chrM": 7}
NAN = float("nan")


def track(chrom: str, start: int, values: list[float] | np.ndarray) -> ScoreTrack:
    return ScoreTrack(chrom, "+", start, np.asarray(values, np.float32))


def read(path: Path, chrom: str, start: int, end: int) -> np.ndarray:
    return pybigtools.open(str(path)).values(chrom, start, end, fillna=None)


def test_every_value_comes_back_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.bw"
    with BigWigWriter(path, CONTIGS) as writer:
        writer.add(track("chr2", 10, [0.12345, NAN, 1.0, 0.0]))
        writer.add(track("chr2", 14, [NAN, NAN]))
        writer.add(track("chrM", 5, [0.25, 0.75]))
    assert np.array_equal(read(path, "chr2", 9, 15), np.array([NAN, 0.123, NAN, 1, 0, NAN], "f4"), equal_nan=True)
    assert read(path, "chrM", 4, 7).tolist()[1:] == [0.25, 0.75]
    assert pybigtools.open(str(path)).chroms() == CONTIGS
    assert [entry[:2] for entry in pyBigWig.open(str(path)).intervals("chr2")] == [(10, 11), (12, 13), (13, 14)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 300)), min_size=1, max_size=30), st.integers(0, 2**32 - 1)
)
def test_runs_of_any_length_round_trip(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, int]], seed: int
) -> None:
    values = np.concatenate([np.r_[np.ones(n), np.full(gap, NAN)] for n, gap in runs])
    values *= np.random.default_rng(seed).random(len(values))
    path = tmp_path_factory.mktemp("bw") / "a.bw"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bigwig, "_BUFFERED", 100)
        writer = BigWigWriter(path, CONTIGS)
        for at in range(0, len(values), 97):
            writer.add(track("chr10", 1000 + at, values[at : at + 97]))
        written = writer.close()
    expected = np.round(values.astype("f4").astype("f8"), 3).astype("f4")
    assert np.array_equal(read(path, "chr10", 1000, 1000 + len(values)), expected, equal_nan=True)
    assert written.count == np.count_nonzero(~np.isnan(values))
    assert math.isclose(written.sum, float(np.nansum(expected, dtype="f8")), abs_tol=1e-9)
    assert (written.min, written.max) == (np.nanmin(expected), np.nanmax(expected))


@pytest.mark.parametrize("gap", [0, 80])
def test_zoom_levels_hold_the_maximum_of_their_bins(tmp_path: Path, gap: int) -> None:
    rng = np.random.default_rng(3)
    values = np.round(rng.random(400_000), 3).astype("f4")
    if gap:
        values[np.arange(len(values)) % (21 + gap) >= 21] = NAN
    path = tmp_path / "a.bw"
    with BigWigWriter(path, {"chr1": 1000, "chr2": 900_000}) as writer:
        writer.add(track("chr1", 0, [1.0]))
        for at in range(0, len(values), 70_001):
            writer.add(track("chr2", at, values[at : at + 70_001]))
    file = pybigtools.open(str(path))
    for size in (64, 256, 4096, 65536):
        assert size in file.zooms()
        bins = len(values) // size
        records = list(file.zoom_records(size, "chr2"))
        sums = np.zeros(bins + 1)
        tops = np.full(bins + 1, -1.0)
        for start, end, summary in records:
            assert start % size == 0
            assert end == start + size
            sums[start // size] = summary["sum"]
            tops[start // size] = summary["max_val"]
        whole = values[: bins * size].reshape(bins, size)
        assert np.allclose(sums[:bins], np.nansum(whole, axis=1, dtype="f8"), rtol=1e-6)
        seen = ~np.isnan(whole).all(axis=1)
        assert np.array_equal(tops[:bins][seen], np.nanmax(whole[seen], axis=1))
    bulk = pyBigWig.open(str(path)).stats("chr2", 0, 400_000, nBins=4, type="max")
    assert bulk == pytest.approx(np.nanmax(values.reshape(4, -1), axis=1), abs=1e-6)


def test_many_contigs_need_a_tree_of_contigs(tmp_path: Path) -> None:
    contigs = {f"t{number}": 50 + number % 7 for number in range(70_000)}
    path = tmp_path / "a.bw"
    with BigWigWriter(path, contigs) as writer:
        for name in ("t3", "t999", "t69999"):
            writer.add(track(name, 40, [0.5]))
    assert pybigtools.open(str(path)).chroms() == contigs
    for name in ("t3", "t999", "t69999"):
        assert pyBigWig.open(str(path)).intervals(name) == ((40, 41, 0.5),)


def test_memory_does_not_grow_with_the_contigs(tmp_path: Path) -> None:
    contigs = {f"t{number}": 300 for number in range(2_000)}
    values = np.linspace(0, 1, 300, dtype=np.float32)
    sizes = []
    with BigWigWriter(tmp_path / "a.bw", contigs) as writer:
        for number, name in enumerate(contigs):
            if number == 500:
                tracemalloc.start()
            elif number in (1_000, 1_999):
                sizes.append(tracemalloc.get_traced_memory()[0])
            writer.add(track(name, 0, values))
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 100_000  # an index entry per contig and level would be 290,000 bytes
    assert len(pyBigWig.open(str(tmp_path / "a.bw")).intervals("t1999")) == 300


def test_many_blocks_need_a_tree_of_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.bw"
    starts = range(0, 4_900_000, 7000)  # 700 sections of their own
    with BigWigWriter(path, CONTIGS) as writer:
        for start in starts:
            writer.add(track("chr10", start, np.full(200, 0.5)))
    for start in starts:
        assert read(path, "chr10", start + 199, start + 201)[0] == 0.5


def test_without_a_score_there_is_no_file(tmp_path: Path) -> None:
    writer = BigWigWriter(tmp_path / "a.bw", CONTIGS)
    writer.add(track("chr2", 0, [NAN, NAN]))
    written = writer.close()
    assert written.path is None
    assert written.count == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("chrom", "start"), [("chr3", 0), ("chrM", 6)])
def test_scores_that_do_not_fit_the_sizes(tmp_path: Path, chrom: str, start: int) -> None:
    with pytest.raises(OutputError, match="sizes"), BigWigWriter(tmp_path / "a.bw", CONTIGS) as writer:
        writer.add(track(chrom, start, [0.5, 0.5]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second", [track("chr2", 5, [0.1]), track("chr10", 3, [0.1])])
def test_tracks_out_of_order_are_a_mistake_of_the_caller(tmp_path: Path, second: ScoreTrack) -> None:
    writer = BigWigWriter(tmp_path / "a.bw", CONTIGS)
    writer.add(track("chr10", 5, [0.1]))
    with pytest.raises(ValueError, match="order"), writer:
        writer.add(second)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_reads_back_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = BigWigWriter(tmp_path / "a.bw", CONTIGS)
    writer.add(track("chr2", 0, np.full(500, 0.5)))
    monkeypatch.setattr(bbi, "compress_block", lambda block: compress_block(block[:-4] + b"\0" * 4))
    with pytest.raises(OutputError, match="disk full"):
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        BigWigWriter(tmp_path / "file" / "a.bw", CONTIGS)


@pytest.mark.parametrize("room", [100, 2000, 100_000, 300_000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, room: int) -> None:
    code = f"""
import resource, numpy as np
from ideep_scan.errors import OutputError
from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.records.scores import ScoreTrack
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
try:
    with BigWigWriter({str(tmp_path / "a.bw")!r}, {{"chr1": 10**6}}) as writer:
        writer.add(ScoreTrack("chr1", "+", 0, np.random.default_rng(0).random(200_000).astype("f4")))
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert "a.bw: cannot be written (File too large)" in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
