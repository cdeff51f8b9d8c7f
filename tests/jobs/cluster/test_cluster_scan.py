"""The client of a cluster: order, losses, faults, stragglers, restarts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from toy_cluster import ToyClient, ToyWorker, list_toy_shards, toy_scan, wait_for, write_shard

from ideep_scan.errors import IdeepScanError, InputError, OutputError
from ideep_scan.jobs.cluster import cluster_scan, crew, results
from ideep_scan.jobs.cluster.messages import Report
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.scan.shards import Shard

ALL = list(range(6))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(cluster_scan, "_TICK_SECONDS", 0.01)
    monkeypatch.setattr(results, "_POLL_SECONDS", 0.01)


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in ShardFolder(out).path.glob("0*")}


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, bytes]:
    """Files of the shards as one machine writes them."""
    with toy_scan(tmp_path / "expected", ToyClient(only=ToyWorker(tmp_path / "expected"))) as (scan, _):
        assert [shard.number for shard in scan] == ALL
    return contents(tmp_path / "expected")


class Blocked(ToyWorker):
    """A worker that scores nothing until it is released."""

    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self.released = threading.Event()

    def score_shard(self, digest: str, shard: Shard) -> Report:
        self.scored.append(shard.number)
        self.released.wait(30)
        self.scored.remove(shard.number)
        return super().score_shard(digest, shard)


@pytest.mark.parametrize("shares", [True, False])
def test_shards_come_in_order(shares: bool, tmp_path: Path, expected: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    client = ToyClient(
        a=ToyWorker(out if shares else tmp_path / "a", shares), b=ToyWorker(out if shares else tmp_path / "b", shares)
    )
    with toy_scan(out, client) as (scan, states):
        assert [shard.number for shard in scan] == ALL
        wait_for(lambda: len(states) == 6)
    assert contents(out) == expected
    assert states[-1].startswith("scanning: 6 of 6 shards, ")
    assert states[-1].endswith("workers: 2")


def test_finished_shards_are_not_scored_again(tmp_path: Path) -> None:
    worker = ToyWorker(tmp_path)
    with toy_scan(tmp_path, ToyClient(a=worker), finished={0, 1, 4}) as (scan, _):
        assert [shard.number for shard in scan] == ALL
    assert sorted(worker.scored) == [2, 3, 5]


def test_a_run_without_missing_shards_needs_no_worker(tmp_path: Path) -> None:
    with toy_scan(tmp_path, ToyClient(), finished=ALL) as (scan, _):
        assert [shard.number for shard in scan] == ALL


def test_a_lost_worker_costs_the_shards_that_it_was_to_score(
    tmp_path: Path, expected: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    lost, other = Blocked(out), Blocked(out)
    client = ToyClient(lost=lost, other=other)
    with toy_scan(out, client) as (scan, _):
        wait_for(lambda: len(lost.scored) == len(other.scored) == cluster_scan.FLIGHTS)
        held = set(lost.scored)
        del client.workers["lost"]
        other.released.set()
        assert [shard.number for shard in scan] == ALL
    lost.released.set()
    assert sorted(other.scored) == ALL
    assert len(held) == cluster_scan.FLIGHTS
    assert contents(out) == expected
    assert [record.getMessage() for record in caplog.records] == [
        "worker lost was lost; its shards are scored elsewhere"
    ]


def test_a_shard_that_kills_every_worker_ends_the_run(tmp_path: Path) -> None:
    workers = [Blocked(tmp_path) for _ in range(cluster_scan.MAX_LOSSES)]
    client = ToyClient()
    with toy_scan(tmp_path, client, shards=list_toy_shards(1)) as (scan, _):
        for number, worker in enumerate(workers):
            client.workers[f"w{number}"] = worker
            wait_for(lambda worker=worker: worker.scored == [0])
            del client.workers[f"w{number}"]
        with pytest.raises(IdeepScanError, match=r"chr1:1-10 \(\+\): 3 workers were lost while they scored it"):
            list(scan)
    for worker in workers:
        worker.released.set()


def test_a_worker_that_joins_late_takes_part(tmp_path: Path) -> None:
    client = ToyClient()
    with toy_scan(tmp_path, client) as (scan, _):
        client.workers["late"] = ToyWorker(tmp_path)
        assert [shard.number for shard in scan] == ALL


class Garbled(ToyWorker):
    """A worker whose bytes do not agree with their receipt."""

    def score_shard(self, digest: str, shard: Shard) -> Report:
        report = super().score_shard(digest, shard)
        if self.shares:
            path = self.folder.scores_path(shard)
            path.write_bytes(path.read_bytes()[:-1] + b"x")
            return report
        assert report.content is not None
        return replace(report, content=report.content[::-1].copy())


class Raising(ToyWorker):
    """A worker whose disk is full."""

    def score_shard(self, digest: str, shard: Shard) -> Report:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda folder: Garbled(folder / "out"), "its scores do not agree with their receipt"),
        (lambda folder: Garbled(folder / "bad", shares=False), "its scores do not agree with their receipt"),
        (lambda folder: Raising(folder / "out"), "OSError: [Errno 28] No space left on device"),
    ],
)
def test_garbage_is_caught_and_scored_elsewhere(
    make: Callable[[Path], ToyWorker],
    fault: str,
    tmp_path: Path,
    expected: dict[str, bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    out = tmp_path / "out"
    good = Blocked(out)
    with toy_scan(out, ToyClient(bad=make(tmp_path), good=good)) as (scan, _):
        wait_for(lambda: "worker bad is left out" in caplog.text)
        good.released.set()
        assert [shard.number for shard in scan] == ALL
    assert contents(out) == expected
    assert f": {fault}; the shard is scored elsewhere" in caplog.text
    assert "worker bad is left out: 3 of its results were unusable, the last because" in caplog.text


def test_the_last_worker_that_fails_ends_the_run(tmp_path: Path) -> None:
    with (
        toy_scan(tmp_path, ToyClient(bad=Raising(tmp_path))) as (scan, _),
        pytest.raises(IdeepScanError, match="No space left on device"),
    ):
        list(scan)


class Restarted(ToyWorker):
    """A worker that was started again under its address after it opened the run."""

    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self.opened = 0

    def open_run(self, order: object, moved: object) -> object:
        self.opened += 1
        return super().open_run(order, moved)  # type: ignore[arg-type]

    def score_shard(self, digest: str, shard: Shard) -> Report:
        return Report() if self.opened < 2 else super().score_shard(digest, shard)


def test_a_worker_that_was_started_again_opens_the_run_again(tmp_path: Path) -> None:
    worker = Restarted(tmp_path)
    with toy_scan(tmp_path, ToyClient(a=worker)) as (scan, _):
        assert [shard.number for shard in scan] == ALL
    assert worker.opened >= 2


def test_a_straggler_is_overtaken(tmp_path: Path, expected: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    slow, fast = Blocked(out), ToyWorker(out)
    client = ToyClient(slow=slow)
    with toy_scan(out, client) as (scan, _):
        wait_for(lambda: len(slow.scored) == cluster_scan.FLIGHTS)
        client.workers["fast"] = fast
        assert [shard.number for shard in scan] == ALL
    slow.released.set()
    assert sorted(fast.scored) == ALL
    assert contents(out) == expected


class Hidden(ToyWorker):
    """A worker whose files appear in the client's folder late or never."""

    def __init__(self, folder: Path, out: Path, *, delay: float | None) -> None:
        super().__init__(folder)
        self.out, self.delay = ShardFolder(out), delay

    def score_shard(self, digest: str, shard: Shard) -> Report:
        report = super().score_shard(digest, shard)
        if self.delay is not None:
            self.out._plan = self.folder._plan
            threading.Timer(self.delay, write_shard, (self.out, shard)).start()
        return report


@pytest.mark.parametrize("delay", [0.2, None])
def test_a_slow_shared_folder(
    delay: float | None, tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "SHOW_SECONDS", 0.05 if delay is None else 20.0)
    out = tmp_path / "out"
    with toy_scan(out, ToyClient(a=Hidden(tmp_path / "hidden", out, delay=delay))) as (scan, _):
        assert [shard.number for shard in scan] == ALL
    assert contents(out) == expected


def test_a_lost_scheduler_ends_the_run(tmp_path: Path) -> None:
    blocked = Blocked(tmp_path)
    client = ToyClient(a=blocked)
    with toy_scan(tmp_path, client) as (scan, _):
        wait_for(lambda: bool(blocked.scored))
        client.status = "closed"
        with pytest.raises(IdeepScanError, match="the Dask scheduler at tcp://toy:1 no longer answers"):
            list(scan)
    blocked.released.set()


def test_a_full_disk_of_the_client_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OutputError("the disk is full")

    worker = ToyWorker(tmp_path / "own", shares=False)
    monkeypatch.setattr(ShardFolder, "store", fail)
    with (
        toy_scan(tmp_path / "out", ToyClient(a=worker)) as (scan, _),
        pytest.raises(OutputError, match="the disk is full"),
    ):
        list(scan)


def test_leaving_cancels_the_shards(tmp_path: Path) -> None:
    blocked = Blocked(tmp_path)
    with toy_scan(tmp_path, ToyClient(a=blocked)) as (scan, _):
        wait_for(lambda: bool(blocked.scored))
        futures = [flight.future for flight in scan._flights]
    assert futures
    assert all(future.cancelled() for future in futures)
    blocked.released.set()


def test_a_program_of_another_version_is_refused_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    old, good = ToyWorker(tmp_path), ToyWorker(tmp_path)
    old.program = {**old.program, "libraries": {"torch": "1"}}
    with toy_scan(tmp_path, ToyClient(old=old, good=good)) as (scan, _):
        assert [shard.number for shard in scan] == ALL
        wait_for(lambda: "left out" in caplog.text)
    assert old.scored == []
    assert caplog.messages == ["worker old is left out: compared with this run, the version of torch was 2 and is 1"]


def test_a_run_without_any_good_worker_ends(tmp_path: Path) -> None:
    old = ToyWorker(tmp_path)
    old.program = {**old.program, "program": "ideep-scan 0"}
    with (
        toy_scan(tmp_path, ToyClient(old=old)) as (scan, _),
        pytest.raises(InputError, match="every worker is left out: old: compared with this run, the program was"),
    ):
        list(scan)


def test_waiting_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(crew, "_WAIT_SECONDS", 0.05)
    client = ToyClient()
    with toy_scan(tmp_path, client) as (scan, _):
        wait_for(lambda: "waiting for workers" in caplog.text)
        client.workers["a"] = ToyWorker(tmp_path)
        assert [shard.number for shard in scan] == ALL
    assert caplog.record_tuples == [("ideep_scan", logging.WARNING, "waiting for workers at tcp://toy:1")]
    assert np.isfinite(crew._WAIT_SECONDS)
