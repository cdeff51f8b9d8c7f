"""Stopped runs go on: their results are those of an uninterrupted run, and another command is refused."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import OutputError, Stopped
from ideep_scan.jobs.scan import run_shards
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.scan.shards import list_shards

VOLATILE = {"run_log.json"}


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard per chunk, of which the example has thirteen."""
    monkeypatch.setattr(run_shards, "list_shards", partial(list_shards, size=1 << 12))


class Stopper(runs.Watcher):
    """A monitor that stops the run when enough positions are done."""

    def __init__(self, positions: int) -> None:
        super().__init__()
        self._limit = positions

    def advance(self, positions: int) -> None:
        super().advance(positions)
        if self.advanced >= self._limit:
            raise Stopped(15)


def stop(example: Path, out: Path, positions: int, **options: Any) -> str:
    """Stop a run; return what it says."""
    with pytest.raises(Stopped) as stopped:
        runs.scan(example, out, Stopper(positions), **options)
    return stopped.value.state


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in runs.files(out) - VOLATILE}


@pytest.fixture(scope="module")
def whole(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run with the same shards."""
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_shards, "list_shards", partial(list_shards, size=1 << 12))
        runs.scan(example, out)
    return out


@pytest.mark.parametrize("positions", [20_000, 100_000, 160_000])
def test_a_run_that_goes_on_has_the_results_of_a_whole_one(
    whole: Path, example: Path, tmp_path: Path, positions: int
) -> None:
    said = stop(example, tmp_path, positions)
    assert "shards are finished" in said
    finished = list((tmp_path / ".shards").glob("0*.scores"))
    assert 0 < len(finished) < 13
    watcher = runs.Watcher()
    runs.scan(example, tmp_path, watcher, resume=True, threads=2)
    assert watcher.expected is not None
    assert watcher.advanced == watcher.expected.planned
    assert contents(tmp_path) == contents(whole)
    assert not (tmp_path / ".shards").exists()


def test_finished_shards_are_read_and_not_scored(example: Path, tmp_path: Path, monkeypatch: Any) -> None:
    stop(example, tmp_path, 100_000)
    finished = len(list((tmp_path / ".shards").glob("0*.scores")))
    scored = []
    sweep = ShardScoring.sweep

    def watched(self: ShardScoring, chunks: Any) -> Any:
        for chunk, tracks in sweep(self, chunks):
            scored.append(chunk)
            yield chunk, tracks

    monkeypatch.setattr(ShardScoring, "sweep", watched)
    runs.scan(example, tmp_path, resume=True)
    assert len(scored) == 13 - finished  # a chunk is a shard here


def test_a_damaged_shard_is_scored_again(whole: Path, example: Path, tmp_path: Path) -> None:
    stop(example, tmp_path, 100_000)
    first, second, third = sorted((tmp_path / ".shards").glob("0*.scores"))[:3]
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    second.write_bytes(second.read_bytes()[:-1])
    third.with_suffix(".json").write_text("{")
    runs.scan(example, tmp_path, resume=True)
    assert contents(tmp_path) == contents(whole)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"threshold": 0.6}, "--threshold was 0.5 and is 0.6"),
        ({"stride": 2}, "--stride was 1 and is 2"),
        ({"rbp": ("PUM2",)}, "--rbp was ELAVL1 and is PUM2"),
        ({"batch": 4096}, "--batch was 8192 and is 4096"),
        ({"gtf": None}, "--gtf was given and is absent"),
    ],
)
def test_another_command_is_refused_by_what_differs(
    example: Path, tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    stop(example, tmp_path, 100_000)
    before = contents(tmp_path)
    with pytest.raises(OutputError) as refused:
        runs.scan(example, tmp_path, resume=True, **changed)
    assert words in str(refused.value)
    assert contents(tmp_path) == before  # nothing is lost


def test_another_input_of_the_same_name_is_refused(example: Path, tmp_path: Path) -> None:
    own = runs.copy_example(tmp_path / "inputs")
    stop(own, tmp_path / "out", 100_000)
    (own / "genes.gtf").write_text((example / "genes.gtf").read_text() + "# another end\n")
    with pytest.raises(OutputError, match="the input annotation is another one"):
        runs.scan(own, tmp_path / "out", resume=True)


def test_another_program_is_refused(example: Path, tmp_path: Path, monkeypatch: Any) -> None:
    stop(example, tmp_path, 100_000)
    monkeypatch.setattr("ideep_scan.jobs.scan.run_plan.__version__", "9.9")
    with pytest.raises(OutputError, match=r"the program was ideep-scan .* and is ideep-scan 9\.9"):
        runs.scan(example, tmp_path, resume=True)


def test_an_unfinished_run_is_neither_continued_nor_removed_unasked(example: Path, tmp_path: Path) -> None:
    stop(example, tmp_path, 100_000)
    before = contents(tmp_path)
    with pytest.raises(OutputError, match="pass --resume to go on, --overwrite to begin again"):
        runs.scan(example, tmp_path)
    assert contents(tmp_path) == before


def test_overwrite_begins_again(whole: Path, example: Path, tmp_path: Path) -> None:
    stop(example, tmp_path, 100_000, threshold=0.6)
    runs.scan(example, tmp_path, overwrite=True)
    assert contents(tmp_path) == contents(whole)


def test_resume_begins_where_there_is_no_run(whole: Path, example: Path, tmp_path: Path) -> None:
    assert runs.scan(example, tmp_path / "new", resume=True).is_new
    assert contents(tmp_path / "new") == contents(whole)


def test_a_complete_run_is_left_as_it_is(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path)
    before = contents(tmp_path)
    summary = runs.scan(example, tmp_path, resume=True)
    assert not summary.is_new
    assert contents(tmp_path) == before
    with pytest.raises(OutputError, match="holds another run, which is complete"):
        runs.scan(example, tmp_path, resume=True, threshold=0.6)
    assert contents(tmp_path) == before


def test_a_stopped_replacement_of_a_complete_run_goes_on(whole: Path, example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, threshold=0.6)
    earlier = runs.data_files(tmp_path)
    stop(example, tmp_path, 100_000, overwrite=True)
    assert runs.data_files(tmp_path) == earlier
    runs.scan(example, tmp_path, overwrite=True, resume=True)
    assert contents(tmp_path) == contents(whole)


def test_a_run_that_is_stopped_before_its_first_shard_leaves_nothing(example: Path, tmp_path: Path) -> None:
    class AtOnce(runs.Watcher):
        def begins(self, *_: Any) -> None:
            raise Stopped(2)

    with pytest.raises(Stopped) as stopped:
        runs.scan(example, tmp_path / "out", AtOnce())
    assert stopped.value.state == "nothing half-finished is left"
    assert not (tmp_path / "out").exists()
