"""Recording of shards: receipts wait for the digests of the inputs, and an error keeps what is finished."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ideep_scan.errors import InputError, OutputError, Stopped
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.jobs.scan.shard_recorder import ShardRecorder
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.shards import Shard

CHUNK = Span("chr1", 0, 2, "+")
TRACKS = [ScoreTrack("chr1", "+", 0, np.array([0.1, 0.2], np.float32), np.full(2, -1, np.int8))]
SHARDS = [Shard(number, (CHUNK,)) for number in range(4)]
PLAN = RunPlan({"program": "toy"})


class Inputs:
    """Inputs of a run whose digests are known when the test says so."""

    def __init__(self, are_digested: bool):
        self.are_digested, self.is_changed = are_digested, False

    def check(self) -> None:
        if self.is_changed:
            raise InputError("was replaced")


def make(out: Path, inputs: Inputs, **options: Any) -> ShardRecorder:
    return ShardRecorder(ShardFolder(out), lambda: PLAN, inputs, total=4, finished=0, **options)  # type: ignore[arg-type]


def record(recorder: ShardRecorder, shard: Shard) -> None:
    recorder.add(shard, (CHUNK, TRACKS))
    recorder.finish(shard)


def find_finished(out: Path) -> set[int]:
    folder = ShardFolder(out)
    if folder.read_plan() is None:
        return set()
    folder.open(PLAN)
    return folder.find_finished(SHARDS)


def test_receipts_wait_for_the_digests_of_the_inputs(tmp_path: Path) -> None:
    inputs = Inputs(are_digested=False)
    with make(tmp_path, inputs) as recorder:
        record(recorder, SHARDS[0])
        assert find_finished(tmp_path) == set()
        inputs.are_digested = True
        record(recorder, SHARDS[1])
        assert find_finished(tmp_path) == {0, 1}


def test_a_stop_keeps_what_is_finished_and_says_so(tmp_path: Path) -> None:
    def begin() -> None:
        with make(tmp_path, Inputs(are_digested=True)) as recorder:
            record(recorder, SHARDS[0])
            recorder.add(SHARDS[1], (CHUNK, TRACKS))
            raise Stopped(15)

    with pytest.raises(Stopped) as stopped:
        begin()
    assert stopped.value.state == "1 of 4 shards are finished: give the command with --resume to go on"
    assert find_finished(tmp_path) == {0}
    assert len(list((tmp_path / ".shards").iterdir())) == 3  # plan, scores and receipt


def test_a_stop_before_the_digests_leaves_nothing(tmp_path: Path) -> None:
    def begin() -> None:
        with make(tmp_path, Inputs(are_digested=False)) as recorder:
            record(recorder, SHARDS[0])
            raise Stopped(15)

    with pytest.raises(Stopped) as stopped:
        begin()
    assert stopped.value.state == "nothing half-finished is left"
    assert not (tmp_path / ".shards").exists()


def test_another_error_says_how_much_is_finished(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def begin() -> None:
        with make(tmp_path, Inputs(are_digested=True)) as recorder:
            record(recorder, SHARDS[0])
            raise OutputError("the disk is full")

    with pytest.raises(OutputError):
        begin()
    assert "1 of 4 shards are finished" in caplog.text
    assert find_finished(tmp_path) == {0}


def test_a_shard_that_was_scored_on_a_changed_input_is_not_finished(tmp_path: Path) -> None:
    inputs = Inputs(are_digested=True)

    def begin() -> None:
        with make(tmp_path, inputs) as recorder:
            record(recorder, SHARDS[0])
            inputs.is_changed = True
            record(recorder, SHARDS[1])

    with pytest.raises(InputError, match="was replaced"):
        begin()
    assert find_finished(tmp_path) == {0}


def test_a_job_of_an_array_leaves_the_files_of_others(tmp_path: Path) -> None:
    def begin() -> None:
        with make(tmp_path, Inputs(are_digested=True), is_shared=True) as other:
            with make(tmp_path, Inputs(are_digested=True), is_shared=True) as one:
                record(one, SHARDS[2])
            other.add(SHARDS[3], (CHUNK, TRACKS))
            raise Stopped(15)

    with pytest.raises(Stopped):
        begin()
    assert find_finished(tmp_path) == {2}
