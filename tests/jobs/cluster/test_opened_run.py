"""A run that is open on a worker, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import runs

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.shard_file import read_chunks
from ideep_scan.jobs.cluster import opened_run, worker
from ideep_scan.jobs.cluster.messages import Order
from ideep_scan.jobs.cluster.opened_run import OpenedRun
from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan.run_plan import make_plan
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.store_names import IDEEP
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import Shard, list_shards

WALK = 8192
REGION = "exA:17,001-17,500"


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The task of Dask that runs, on a worker with two threads."""
    task = SimpleNamespace(state="executing")
    place = SimpleNamespace(
        state=SimpleNamespace(nthreads=2, tasks={"key": task}),
        local_directory=str(tmp_path / "local"),
        get_current_task=lambda: "key",
    )
    monkeypatch.setattr(opened_run, "get_worker", lambda: place)
    monkeypatch.setattr(opened_run, "_PROBE_SECONDS", 0.0)
    return task


@pytest.fixture
def order(example: Path, tmp_path: Path) -> Order:
    """A run on a part of the example, whose client made its folder of shards."""
    settings = ScanSettings(
        ("ELAVL1",),
        example / "example.fa.gz",
        gtf=example / "genes.gtf",
        model=IDEEP,
        regions=(REGION,),
        out=tmp_path / "out",
        threshold=0.5,
        device="cpu",
    )
    with ExitStack() as stack:
        prepared = prepare_scan(settings, stack)
        plan = make_plan(prepared, list_shards(cut_chunks(prepared.spans)), WALK)
    folder = ShardFolder(settings.out)
    folder.open(plan)
    (folder.path / "probe").touch()
    return Order(settings, plan.values, plan.digest, WALK, "probe")


@pytest.fixture
def shards(order: Order) -> Iterator[list[Shard]]:
    with ExitStack() as stack:
        yield list_shards(cut_chunks(prepare_scan(order.settings, stack).spans))
    worker.close_runs()


def test_scores_are_those_of_a_scan(
    task: SimpleNamespace, order: Order, shards: list[Shard], scores: runs.Scores
) -> None:
    admission = worker.open_run(order, {})
    assert (admission.refusal, admission.shares_folder) == ("", True)
    report = worker.score_shard(order.digest, shards[0])
    assert report.content is None
    folder = ShardFolder(order.settings.out)
    folder._plan = worker._RUNS[order.digest].folder._plan
    assert folder.is_finished(shards[0])
    assert folder.read_receipt(shards[0]) == report.receipt
    for chunk, (track,) in read_chunks(folder.scores_path(shards[0])):
        expected = scores[chunk.chrom, chunk.strand][chunk.start : chunk.end]
        np.testing.assert_allclose(track.values, expected, atol=2e-6)
    assert worker.send_shard(order.digest, shards[0]).receipt == report.receipt


def test_the_run_is_opened_once(task: SimpleNamespace, order: Order, shards: list[Shard]) -> None:
    worker.open_run(order, {})
    run = worker._RUNS[order.digest]
    worker.open_run(order, {})
    assert {order.digest: run} == worker._RUNS
    worker.close_runs()
    assert worker._RUNS == {}


def test_bytes_are_sent_without_a_shared_folder(task: SimpleNamespace, order: Order, shards: list[Shard]) -> None:
    shared = worker.open_run(order, {})
    assert shared.shares_folder
    worker.score_shard(order.digest, shards[0])
    expected = np.fromfile(worker._RUNS[order.digest].folder.scores_path(shards[0]), np.uint8)
    worker.close_runs()
    apart = worker.open_run(replace(order, probe="another"), {})
    assert not apart.shares_folder
    report = worker.score_shard(order.digest, shards[0])
    assert report.content is not None
    np.testing.assert_array_equal(report.content, expected)
    assert not worker._RUNS[order.digest].folder.scores_path(shards[0]).exists()


def test_other_inputs_are_refused(task: SimpleNamespace, order: Order, tmp_path: Path) -> None:
    other = tmp_path / "genes.gtf"
    assert order.settings.gtf is not None
    other.write_text(order.settings.gtf.read_text() + "# a comment\n")
    admission = worker.open_run(order, {str(order.settings.gtf): str(other)})
    assert admission.refusal == "compared with this run, the input annotation is another one"
    assert worker._RUNS == {}


def test_an_input_that_changes_is_noticed(task: SimpleNamespace, order: Order, tmp_path: Path) -> None:
    copy = tmp_path / "genes.gtf"
    assert order.settings.gtf is not None
    copy.write_bytes(order.settings.gtf.read_bytes())
    worker.open_run(order, {str(order.settings.gtf): str(copy)})
    run = worker._RUNS[order.digest]
    copy.write_bytes(b"x")
    with pytest.raises(InputError, match="was replaced, overwritten or removed"):
        run.check()
    worker.close_runs()


def test_a_cancelled_task_scores_nothing(task: SimpleNamespace, order: Order, shards: list[Shard]) -> None:
    run = OpenedRun(order, order.settings)
    try:
        task.state = "cancelled"
        with pytest.raises(IdeepScanError, match="cancelled"):
            run.score(shards[0])
        assert {path.name for path in run.folder.path.iterdir()} == {"plan.json", "probe"}
    finally:
        run.close()
