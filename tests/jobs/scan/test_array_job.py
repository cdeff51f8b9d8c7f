"""Jobs of an array: each scores its part, and the merged run is that of one command."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import InputError, OutputError
from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from ideep_scan.jobs.scan import array_job, run_shards
from ideep_scan.jobs.scan import run as run_module
from ideep_scan.jobs.scan.array_job import PartSummary, list_parts, score_part
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.store_names import IDEEP
from ideep_scan.scan.shards import list_shards


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard per chunk, of which the example has thirteen."""
    for module in (run_shards, array_job):
        monkeypatch.setattr(module, "list_shards", partial(list_shards, size=1 << 12))


def settings(example: Path, out: Path, **options: Any) -> ScanSettings:
    """Settings of `runs.scan`."""
    values = {"gtf": example / "genes.gtf", "model": IDEEP, "threads": 1, "device": "cpu", "threshold": 0.5, **options}
    return ScanSettings(("ELAVL1",), fasta=example / "example.fa.gz", out=out, **values)


def score(example: Path, out: Path, part: str, **options: Any) -> PartSummary:
    return score_part(settings(example, out, shard=part, **options), runs.Watcher())


def merge(example: Path, out: Path, **options: Any) -> None:
    run(settings(example, out, resume=True, **options), runs.Watcher(), is_merge=True)


def test_merged_parts_are_the_run_of_one_command(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path / "one")
    for part in ("3/3", "1/3", "2/3"):
        assert score(example, tmp_path / "parts", part).scored > 0
    merge(example, tmp_path / "parts")
    one, parts = (
        {name: (tmp_path / out / name).read_bytes() for name in runs.files(tmp_path / out) - {RUN_LOG}}
        for out in ("one", "parts")
    )
    assert one == parts
    assert not (tmp_path / "parts" / ".shards").exists()


def test_a_merge_without_a_part_names_what_is_missing_and_loses_nothing(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_shards, "SHOW_SECONDS", 0.0)
    score(example, tmp_path, "2/2")
    before = {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)}
    with pytest.raises(OutputError, match=r"of 13 shards are missing, the first of them exA:4,001-18,000 \(\+\)"):
        merge(example, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)} == before


def test_a_part_that_is_given_again_is_not_scored_again(example: Path, tmp_path: Path) -> None:
    first, again = (score(example, tmp_path, "1/4") for _ in range(2))
    assert (again.scored, again.finished) == (0, first.scored)


def test_parts_of_another_command_are_refused(example: Path, tmp_path: Path) -> None:
    score(example, tmp_path, "1/2")
    with pytest.raises(OutputError, match=r"--threshold was 0\.5 and is 0\.6"):
        score(example, tmp_path, "2/2", threshold=0.6)
    with pytest.raises(OutputError, match=r"--threshold was 0\.5 and is 0\.6"):
        merge(example, tmp_path, threshold=0.6)


def test_a_part_of_a_complete_run_is_refused(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path)
    with pytest.raises(OutputError, match="holds a run that is complete"):
        score(example, tmp_path, "1/2")


def test_listed_parts_hold_each_shard_once(example: Path, tmp_path: Path) -> None:
    parts = list_parts(settings(example, tmp_path / "out"), 5)
    assert [part.number for part in parts] == [1, 2, 3, 4, 5]
    assert sum(len(part.shards) for part in parts) == 13
    assert sum(part.positions for part in parts) == 164_780
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "1/0", "a/b", "1/3/5", "-1/3", "1/9999999", "1 /3"])
def test_a_part_that_does_not_exist_is_refused(example: Path, tmp_path: Path, part: str) -> None:
    with pytest.raises(InputError, match="give i/N"):
        score(example, tmp_path / "out", part)
    assert not (tmp_path / "out").exists()


def test_a_part_does_not_replace_a_run(example: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--shard and --overwrite"):
        score(example, tmp_path / "out", "1/2", overwrite=True)


def test_a_merge_waits_for_shards_that_a_shared_folder_shows_late(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    score(example, out, "1/2")
    score(example, out, "2/2")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    late = sorted((out / ".shards").glob("0*"))[-4:]
    for path in late:
        path.rename(hidden / path.name)
    pauses: list[float] = []

    def show(seconds: float) -> None:
        pauses.append(seconds)
        for path in hidden.iterdir():
            path.rename(out / ".shards" / path.name)
            return

    monkeypatch.setattr(run_module, "await_all", partial(run_shards.await_all, sleep=show))
    merge(example, out)
    assert len(pauses) == 4
    assert (out / "manifest.json").exists()


def test_shards_without_their_plan_are_not_removed(example: Path, tmp_path: Path) -> None:
    score(example, tmp_path, "1/2")
    (tmp_path / ".shards" / "plan.json").unlink()
    before = {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)}
    for attempt in (lambda: merge(example, tmp_path), lambda: score(example, tmp_path, "2/2")):
        with pytest.raises(OutputError, match="is missing beside finished shards"):
            attempt()
    with pytest.raises(OutputError, match="holds a run that was stopped"):
        runs.scan(example, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)} == before
