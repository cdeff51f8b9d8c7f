"""Zarr stores of scores, read back with zarr alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

zarr = pytest.importorskip("zarr")

from ideep_scan.errors import InputError, OutputError  # noqa: E402
from ideep_scan.formats import score_store  # noqa: E402
from ideep_scan.formats.score_store import ScoreStore, name_contig, read_positions, read_scores  # noqa: E402
from ideep_scan.records.scores import ScoreTrack  # noqa: E402
from ideep_scan.records.span import Strand  # noqa: E402

CONTIGS = {"chr1": 30_000, "HLA-A*01/02": 500}
MODELS = ["ELAVL1", "QKI", "TARDBP"]


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make several shards and chunks with few positions."""
    monkeypatch.setattr(score_store, "SHARD", 8192)
    monkeypatch.setattr(score_store, "CHUNK", 1024)


def open_store(path: Path, kinds: tuple[str, ...] = ("score",)) -> ScoreStore:
    return ScoreStore(path, CONTIGS, models=MODELS, kinds=kinds, attributes={"assembly": "x"})


def tracks(chrom: str, strand: Strand, start: int, values: np.ndarray) -> list[ScoreTrack]:
    return [ScoreTrack(chrom, strand, start, column) for column in np.asarray(values, np.float32).T]


def list_files(path: Path) -> list[str]:
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())


def test_zarr_reads_what_was_written(tmp_path: Path) -> None:
    """Scores across shards, on both strands, on a contig whose name is no path, and nothing elsewhere."""
    random = np.random.default_rng(1)
    plus, minus, other = random.random((10_000, 3)), random.random((50, 3)), random.random((500, 3))
    plus[::7] = np.nan
    store = open_store(tmp_path / "scores.zarr")
    store.add({"score": tracks("chr1", "+", 5000, plus)})
    store.add({"score": tracks("chr1", "-", 200, minus)})
    store.add({"score": tracks("HLA-A*01/02", "-", 0, other)})
    store.finish()
    root = zarr.open_group(tmp_path / "scores.zarr", mode="r")
    assert root.attrs.asdict() == {"assembly": "x", "models": MODELS, "contigs": CONTIGS}
    assert root.metadata.consolidated_metadata is not None
    array = root["chr1/plus/score"]
    assert (array.shape, array.dtype) == ((30_000, 3), np.float32)
    expected = np.full((30_000, 3), np.nan, np.float32)
    expected[5000:15_000] = np.round(plus.astype(np.float32).astype(float), 3)
    np.testing.assert_array_equal(array[:], expected)
    np.testing.assert_array_equal(root["chr1/minus/score"][200:250, 1], np.round(minus[:, 1], 3).astype(np.float32))
    group = root["HLA-A%2A01%2F02/minus"]
    assert group.attrs.asdict() == {"contig": "HLA-A*01/02", "strand": "-"}
    assert not np.isnan(group["score"][:]).any()
    assert sorted(name for name, _ in root.groups()) == ["HLA-A%2A01%2F02", "chr1"]


def test_positions_without_a_score_take_no_room(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add({"score": tracks("chr1", "+", 0, np.full((5000, 3), np.nan))})
    store.add({"score": tracks("chr1", "+", 20_000, np.full((100, 3), 0.5))})
    store.finish()
    assert [name for name in list_files(tmp_path) if "/c/" in name] == ["chr1/plus/score/c/2/0"]
    assert (tmp_path / "chr1/plus/score/c/2/0").stat().st_size < 1000
    assert np.isnan(zarr.open_group(tmp_path, mode="r")["chr1/plus/score"][:20_000]).all()


def test_each_kind_of_track_has_an_array(tmp_path: Path) -> None:
    store = open_store(tmp_path, ("score", "neglog10p"))
    store.add(
        {
            "score": tracks("chr1", "+", 10, np.full((5, 3), 0.25)),
            "neglog10p": tracks("chr1", "+", 10, np.full((5, 3), 3.0)),
        }
    )
    store.finish()
    group = zarr.open_group(tmp_path, mode="r")["chr1/plus"]
    assert {name: array[12, 2] for name, array in group.arrays()} == {"score": 0.25, "neglog10p": 3.0}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6000), st.integers(0, 3000)), min_size=1, max_size=5), st.integers(0, 2**31))
def test_any_cut_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], seed: int
) -> None:
    scores = np.full((30_000, 3), np.nan)
    intervals, end = [], 0
    for length, gap in cuts:
        if end + gap + length <= len(scores):
            intervals.append((end + gap, end + gap + length))
            end += gap + length
    for start, stop in intervals:
        scores[start:stop] = np.random.default_rng(seed).random((stop - start, 3))
    folders = tmp_path_factory.mktemp("cut"), tmp_path_factory.mktemp("whole")
    pieces = [*intervals], [(0, len(scores))]
    for folder, parts in zip(folders, pieces, strict=True):
        store = open_store(folder)
        for start, stop in parts:
            store.add({"score": tracks("chr1", "-", start, scores[start:stop])})
        store.finish()
    assert list_files(folders[0]) == list_files(folders[1])
    for name in list_files(folders[0]):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_scores_of_a_model_come_back(tmp_path: Path) -> None:
    values = np.random.default_rng(3).random((300, 3))
    store = open_store(tmp_path)
    store.add({"score": tracks("chr1", "-", 100, values)})
    store.finish()
    scores = read_scores(tmp_path, "QKI", "chr1", start=90, end=150, strand="-")
    np.testing.assert_array_equal(scores[10:], np.round(values[:50, 1], 3).astype(np.float32))
    assert np.isnan(scores[:10]).all()
    assert np.isnan(read_scores(tmp_path, "QKI", "chr1", start=90, end=150, strand="+")).all()


@pytest.mark.parametrize(
    ("chrom", "start", "end", "match"),
    [("chr9", 0, 1, "has no contig chr9"), ("chr1", 5, 5, "not an interval"), ("chr1", 0, 30_001, "not an interval")],
)
def test_another_interval_is_one_line(tmp_path: Path, chrom: str, start: int, end: int, match: str) -> None:
    store = open_store(tmp_path)
    store.add({"score": tracks("chr1", "+", 0, np.ones((5, 3)))})
    store.finish()
    with pytest.raises(InputError, match=match):
        read_scores(tmp_path, "QKI", chrom, start=start, end=end, strand="+")


@pytest.mark.parametrize("damage", ["missing", "json", "shard"])
def test_a_damaged_store_is_one_line(tmp_path: Path, damage: str) -> None:
    store = open_store(tmp_path)
    store.add({"score": tracks("chr1", "+", 0, np.random.default_rng(1).random((5000, 3)))})
    store.finish()
    shard = tmp_path / "chr1/plus/score/c/0/0"
    if damage == "missing":
        (tmp_path / "zarr.json").unlink()
    elif damage == "json":
        (tmp_path / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", "attributes": {}}))
    else:
        shard.write_bytes(shard.read_bytes()[:-40])
    with pytest.raises(InputError, match="cannot be read as a Zarr store"):
        read_scores(tmp_path, "QKI", "chr1", start=0, end=5, strand="+")


def test_a_store_that_differs_from_its_scores_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add({"score": tracks("chr1", "+", 0, np.ones((9000, 3)))})
    for shard in tmp_path.glob("chr1/plus/score/c/*/*"):
        shard.unlink()
    with pytest.raises(OutputError, match="differs from the scores"):
        store.finish()


def test_scores_past_the_end_of_a_contig_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="outside of the chromosome sizes"):
        open_store(tmp_path).add({"score": tracks("HLA-A*01/02", "+", 499, np.ones((2, 3)))})


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    code = f"""
import resource
import numpy as np
from pathlib import Path
from ideep_scan.errors import OutputError
from ideep_scan.formats.score_store import ScoreStore
from ideep_scan.records.scores import ScoreTrack
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
values = np.random.default_rng(1).random(100_000).astype(np.float32)
try:
    path = Path({str(tmp_path / "s.zarr")!r})
    store = ScoreStore(path, {{"c": 100_000}}, models=["A"], kinds=["score"], attributes={{}})
    store.add({{"score": [ScoreTrack("c", "+", 0, values)]}})
    store.finish()
except OutputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "s.zarr: cannot be written (File too large)" in done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("contig", "name"), [("chr1", "chr1"), ("a/b", "a%2Fb"), ("__x", "%5F_x"), ("50%", "50%25"), ("GL.1", "GL.1")]
)
def test_a_contig_has_a_group(contig: str, name: str) -> None:
    assert name_contig(contig) == name


def test_positions_have_the_values_of_all_models(tmp_path: Path) -> None:
    plus, minus = np.random.default_rng(2).random((2, 40, 3)).round(3).astype(np.float32)
    plus[7] = np.nan
    store = open_store(tmp_path / "scores.zarr")
    store.add({"score": tracks("chr1", "+", 8_180, plus)})
    store.add({"score": tracks("chr1", "-", 100, minus)})
    store.finish()
    places: list[tuple[str, Strand, int]] = [
        ("chr1", "+", 8_219), ("chr1", "-", 100), ("chr1", "+", 8_187), ("chr1", "+", 8_179), ("chr1", "-", 29_999),
        ("chr1", "+", 30_000), ("HLA-A*01/02", "+", 3), ("chrX", "-", 3),
    ]  # fmt: skip
    values = read_positions(tmp_path / "scores.zarr", "score", places)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, np.vstack([plus[39], minus[0], np.full((6, 3), np.nan, np.float32)]))
    assert np.isnan(read_positions(tmp_path / "scores.zarr", "within", places)).all()
    assert read_positions(tmp_path / "scores.zarr", "score", []).shape == (0, 3)


def test_positions_of_a_missing_store_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read as a Zarr store of scores: run the scan again"):
        read_positions(tmp_path / "scores.zarr", "score", [("chr1", "+", 5)])
