"""A cluster without processes: its workers are objects whose answers a test chooses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.jobs.cluster.address import Connection
from ideep_scan.jobs.cluster.cluster_scan import ClusterScan
from ideep_scan.jobs.cluster.messages import Admission, Order, Report
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.shards import Shard

PROGRAM = {"program": "ideep-scan 1", "sources": "abc", "libraries": {"torch": "2"}}
PLAN = RunPlan({**PROGRAM, "shards": {"count": 6}})


def list_toy_shards(count: int = 6) -> list[Shard]:
    """Shards of 10 positions each."""
    return [Shard(number, (Span("chr1", 10 * number, 10 * number + 10, "+"),)) for number in range(count)]


def write_shard(folder: ShardFolder, shard: Shard) -> None:
    """Finish a shard; its scores follow from its number."""
    writer = folder.create(shard)
    for chunk in shard.chunks:
        values = np.linspace(0, 1 / (1 + shard.number), len(chunk), dtype=np.float32)
        track = ScoreTrack(chunk.chrom, chunk.strand, chunk.start, values, np.full(len(chunk), -1, np.int8))
        writer.add((chunk, [track]))
    writer.close()
    folder.finish(shard, writer)


class ToyWorker:
    """A worker that writes into a folder, and sends the bytes unless the folder is the client's."""

    def __init__(self, out: Path, shares: bool = True):
        self.folder, self.shares = ShardFolder(out), shares
        self.program: dict[str, Any] = PROGRAM
        self.admissions = [Admission(shares_folder=shares)]
        self.scored: list[int] = []
        self.received: dict[str, bytes] = {}

    def describe(self) -> dict[str, Any]:
        return self.program

    def open_run(self, order: Order, moved: dict[str, str]) -> Admission:
        self.folder.open(RunPlan(order.plan))
        return self.admissions.pop(0) if len(self.admissions) > 1 else self.admissions[0]

    def score_shard(self, digest: str, shard: Shard) -> Report:
        self.scored.append(shard.number)
        write_shard(self.folder, shard)
        return self.report(shard)

    def send_shard(self, digest: str, shard: Shard) -> Report:
        return self.report(shard, is_sent=True)

    def close_runs(self) -> None:
        pass

    def receive_part(self, name: str, offset: int, content: bytes) -> str:
        self.received[name] = self.received.get(name, b"")[:offset] + content
        return f"/worker/{name}"

    def report(self, shard: Shard, is_sent: bool = False) -> Report:
        receipt = self.folder.read_receipt(shard)
        send = is_sent or not self.shares
        return Report(receipt, np.fromfile(self.folder.scores_path(shard), np.uint8) if send else None, 0.01)


class ToyFuture(Future[Any]):
    """A call of a toy worker."""


class ToyClient:
    """Connection to toy workers by their addresses."""

    def __init__(self, **workers: ToyWorker):
        self.workers = workers
        self.status = "running"
        self._pool = ThreadPoolExecutor(8)

    def nthreads(self) -> dict[str, int]:
        if self.status != "running":
            raise OSError("connection lost")
        return dict.fromkeys(self.workers, 1)

    def submit(self, function: Callable[..., Any], *arguments: Any, workers: Iterable[str], **_: Any) -> ToyFuture:
        (address,) = workers
        future = ToyFuture()
        self._pool.submit(self._call, future, address, function.__name__, arguments)
        return future

    def run(self, function: Callable[..., Any], *arguments: Any, workers: Iterable[str]) -> dict[str, Any]:
        return {address: getattr(self.workers[address], function.__name__)(*arguments) for address in workers}

    def cancel(self, futures: Iterable[ToyFuture]) -> None:
        for future in futures:
            future.cancel()

    def _call(self, future: ToyFuture, address: str, name: str, arguments: tuple[Any, ...]) -> None:
        worker = self.workers.get(address)
        try:
            result = getattr(worker, name)(*arguments)
        except Exception as error:
            if not future.cancelled():
                future.set_exception(error)
            return
        if self.workers.get(address) is worker and not future.cancelled():  # a lost worker never answers
            future.set_result(result)


@contextmanager
def toy_scan(
    out: Path,
    client: ToyClient,
    *,
    shards: list[Shard] | None = None,
    finished: Iterable[int] = (),
    fasta: Path = Path("x.fa"),
) -> Iterator[tuple[ClusterScan, list[str]]]:
    """A scan of toy shards on toy workers, and the states that it reports."""
    folder = ShardFolder(out)
    folder.open(PLAN)
    states: list[str] = []
    order = Order(ScanSettings(("ELAVL1",), fasta, out=out), PLAN.values, PLAN.digest, 8192, "probe")
    scan = ClusterScan(
        Connection(client, "tcp://toy:1"),  # type: ignore[arg-type]
        order,
        list_toy_shards() if shards is None else shards,
        set(finished),
        folder,
        on_progress=lambda _, state: states.append(state),
    )
    with scan:
        yield scan, states


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition never held"
        threading.Event().wait(0.005)
