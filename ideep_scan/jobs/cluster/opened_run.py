"""A run that is open on a worker: its inputs, its network, its threads and the folder that it writes into."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Condition
from typing import Any

import numpy as np
import torch
from distributed import get_worker

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.jobs.cluster.messages import Admission, Order
from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan.run_plan import RunPlan, make_plan
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.jobs.scan.shard_folder import ShardFolder, ShardReceipt
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.scorer import scoring_pool, use_threads
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import Shard, SweptChunk, list_shards

_PROBE_SECONDS = 5.0  # until a shared folder shows the probe
_POLL_SECONDS = 0.25


class OpenedRun:
    """A run whose inputs are open.

    All shards that the worker scores at a time share its threads, each of which scores one tile.

    Parameters
    ----------
    order : Order
        The run.
    settings : ScanSettings
        Its settings with paths of this worker.

    Attributes
    ----------
    admission : Admission
        Answer to the client.
    folder : ShardFolder
        Where the shards go: the folder of the run, or a folder of this worker.

    Raises
    ------
    IdeepScanError
        The inputs cannot be read, or differ from those of the client.
    """

    def __init__(self, order: Order, settings: ScanSettings):
        self._plan, self._walk_length = RunPlan(order.plan), order.walk_length
        self._idle = Condition()
        self._users = 0
        self._stack = ExitStack()
        try:
            self._open(order, settings)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, order: Order, settings: ScanSettings) -> None:
        """Open inputs, network and folder."""
        worker = get_worker()
        use_threads(1)
        self._prepared = prepare_scan(settings, self._stack)
        device = self._prepared.scorers[0].device
        if "structure" in self._prepared.evidence.featurizer.modalities and multiprocessing.current_process().daemon:
            raise InputError(
                "this worker may not start the processes that fold RNA: start it with --no-nanny, or set "
                "DASK_DISTRIBUTED__WORKER__DAEMON=False"
            )
        shards = list_shards(cut_chunks(self._prepared.spans))
        difference = self._plan.find_difference(make_plan(self._prepared, shards, order.walk_length))
        if difference is not None:
            raise InputError(f"compared with this run, {difference}")
        self._threads = worker.state.nthreads
        self._pool = self._stack.enter_context(scoring_pool(device, self._threads))
        shares = _sees(settings.out, order.probe)
        self.folder = ShardFolder(settings.out if shares else Path(worker.local_directory, "ideep-scan", order.digest))
        self.folder.open(self._plan)
        self.admission = Admission(arithmetic=_name_arithmetic(device), shares_folder=shares)

    def check(self) -> None:
        """Check that no input has changed since it was opened. Raises InputError if one has."""
        self._prepared.inputs.check()

    def score(self, shard: Shard) -> ShardReceipt:
        """Score a shard and write its file and receipt."""
        self.check()
        with self._in_use():
            writer = self.folder.create(shard)
            try:
                for scores in self._sweep(shard):
                    writer.add(scores)
            except BaseException:
                writer.discard()
                raise
            writer.close()
            self.check()
            self.folder.finish(shard, writer)
        receipt = self.folder.read_receipt(shard)
        if receipt is None:
            raise IdeepScanError("the receipt of a shard has vanished")
        return receipt

    def read(self, shard: Shard) -> np.ndarray:
        """Read the bytes of a finished shard: uint8 (n,). A file in a folder of this worker is removed."""
        path = self.folder.scores_path(shard)
        content = np.fromfile(path, np.uint8)
        if not self.admission.shares_folder:
            os.unlink(path)
        return content

    def close(self) -> None:
        """Wait for the shards that are scored at this moment, then close everything."""
        with self._idle:
            self._idle.wait_for(lambda: self._users == 0)
        self._stack.close()

    def _sweep(self, shard: Shard) -> Iterator[SweptChunk]:
        """Score the chunks of a shard as a scan of one machine does."""
        scoring = ShardScoring(
            self._prepared,
            self._walk_length,
            self._threads,
            pool=_TaskPool(self._pool),
            on_progress=lambda _: None,
        )
        return scoring.sweep(shard.chunks)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._idle:
            self._users += 1
        try:
            yield
        finally:
            with self._idle:
                self._users -= 1
                self._idle.notify_all()


class _TaskPool(Executor):
    """The threads of the worker for one task of Dask. It takes no tile once the task is cancelled."""

    def __init__(self, pool: Executor):
        self._pool = pool
        worker = get_worker()
        self._tasks, self._key = worker.state.tasks, worker.get_current_task()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        """Submit a call, unless the client has cancelled the task."""
        task = self._tasks.get(self._key)
        if task is None or task.state in ("cancelled", "released", "forgotten"):
            raise IdeepScanError("the client has cancelled this shard")
        return self._pool.submit(function, *arguments, **keywords)


def _ignore(positions: int) -> None:
    """Ignore progress within a shard."""


def _sees(out: Path, probe: str) -> bool:
    """Tell whether this worker sees the probe in the folder of shards, and may write there."""
    folder = ShardFolder(out).path
    end = time.monotonic() + _PROBE_SECONDS
    while folder.is_dir():
        if probe in os.listdir(folder):  # listing renews what a network file system has cached
            return os.access(folder, os.W_OK)
        if time.monotonic() > end:
            break
        time.sleep(_POLL_SECONDS)
    return False


def _name_arithmetic(device: torch.device) -> str:
    """Name the GPU, or the instruction set of the processor, on which the last digits of scores depend."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return torch.backends.cpu.get_cpu_capability()
