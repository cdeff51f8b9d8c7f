"""The folder of finished shards: what counts as finished, and what a second process may do."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ideep_scan.errors import OutputError
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.shards import Shard

CHUNK = Span("chr1", 10, 14, "+")
SHARD = Shard(3, (CHUNK,))
PLAN = RunPlan({"program": "toy", "settings": {"stride": 1}})
OTHER = RunPlan({"program": "toy", "settings": {"stride": 2}})


def tracks() -> list[ScoreTrack]:
    values = np.array([0.25, np.nan, 0.5, 1], np.float32)
    return [ScoreTrack("chr1", "+", 10, values, np.array([-1, -1, 2, 0], np.int8))]


@pytest.fixture
def folder(tmp_path: Path) -> ShardFolder:
    """A folder with one finished shard."""
    folder = ShardFolder(tmp_path)
    folder.open(PLAN)
    writer = folder.create(SHARD)
    writer.add((CHUNK, tracks()))
    writer.close()
    folder.finish(SHARD, writer)
    return folder


def reopen(folder: ShardFolder, plan: RunPlan = PLAN) -> ShardFolder:
    again = ShardFolder(folder.path.parent)
    again.open(plan)
    return again


def test_a_finished_shard_is_found_and_read(folder: ShardFolder) -> None:
    again = reopen(folder)
    assert again.find_finished([Shard(0, (CHUNK,)), SHARD]) == {3}
    ((chunk, (track,)),) = again.read(SHARD)
    assert chunk == CHUNK
    np.testing.assert_array_equal(track.values, tracks()[0].values)
    receipt = again.read_receipt(SHARD)
    assert receipt is not None
    assert (receipt.scored, receipt.size) == (3, (folder.path / "0000003.scores").stat().st_size)


def test_a_shard_without_a_score_is_finished_too(folder: ShardFolder) -> None:
    empty = Shard(4, (CHUNK,))
    writer = folder.create(empty)
    writer.close()
    folder.finish(empty, writer)
    assert reopen(folder).find_finished([empty]) == {4}
    assert list(folder.read(empty)) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.with_suffix(".json").unlink(),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"\0"),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\7"),
        lambda path: path.with_suffix(".json").write_text("{}"),
        lambda path: path.with_suffix(".json").write_text("null"),
        lambda path: path.with_suffix(".json").write_bytes(b"\xff\x00"),
        lambda path: change(path, plan="another"),
        lambda path: change(path, shard=2),
        lambda path: change(path, size="7"),
    ],
)
def test_a_damaged_shard_is_not_finished(folder: ShardFolder, damage: Any) -> None:
    damage(folder.path / "0000003.scores")
    assert reopen(folder).find_finished([SHARD]) == set()


def change(path: Path, **values: Any) -> None:
    """Change fields of a receipt."""
    receipt = path.with_suffix(".json")
    receipt.write_text(json.dumps({**json.loads(receipt.read_text()), **values}))


def test_another_plan_is_refused(folder: ShardFolder) -> None:
    with pytest.raises(OutputError, match="--stride was 1 and is 2"):
        reopen(folder, OTHER)


@pytest.mark.parametrize("text", ["", "[]", "7", '{"a": NaN}', "\0"])
def test_an_unreadable_plan_is_refused(folder: ShardFolder, text: str) -> None:
    (folder.path / "plan.json").write_text(text)
    with pytest.raises(OutputError, match="pass --overwrite to begin again"):
        reopen(folder)


def test_of_two_processes_that_begin_the_first_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = ShardFolder(tmp_path), ShardFolder(tmp_path)
    read = two.read_plan
    plans = iter([None])
    monkeypatch.setattr(two, "read_plan", lambda: next(plans, None) or read())
    one.open(PLAN)
    with pytest.raises(OutputError, match="--stride was 1 and is 2"):
        two.open(OTHER)
    assert ShardFolder(tmp_path).read_plan() == PLAN


def test_a_file_system_without_links_keeps_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    ShardFolder(tmp_path).open(PLAN)
    assert ShardFolder(tmp_path).read_plan() == PLAN


def test_a_full_disk_is_one_line_and_leaves_no_file(folder: ShardFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = folder.create(Shard(5, (CHUNK,)))
    before = set(folder.path.iterdir())

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    writer.add((CHUNK, tracks()))
    writer.close()
    with pytest.raises(OutputError, match="No space left on device"):
        folder.finish(Shard(5, (CHUNK,)), writer)
    assert set(folder.path.iterdir()) == before


def test_what_a_killed_process_left_is_removed(folder: ShardFolder) -> None:
    before = set(folder.path.iterdir())
    writer = folder.create(Shard(6, (CHUNK,)))
    writer.add((CHUNK, tracks()))
    writer.close()
    assert set(folder.path.iterdir()) != before
    folder.remove_unfinished()
    assert set(folder.path.iterdir()) == before
    folder.remove()
    assert not folder.path.exists()
