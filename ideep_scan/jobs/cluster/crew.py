"""The workers of a cluster: each is examined and opens the inputs before its first shard, or is refused by name."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.jobs.cluster.messages import Admission, Order
from ideep_scan.jobs.cluster.shipping import check_size, send_files
from ideep_scan.jobs.cluster.worker import describe, open_run
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.records.notes import join_names
from ideep_scan.scan.shards import Shard

if TYPE_CHECKING:
    from distributed import Future

    from ideep_scan.jobs.cluster.address import Connection

MAX_FAULTS = 3  # of a worker, until it is left out
_LOOK_SECONDS = 1.0  # between two looks at the list of workers
_SHIPPERS = 4  # workers that files are sent to at a time
_LOST_SECONDS = 15.0  # without an answer of the scheduler
_WAIT_SECONDS = 10.0  # without a worker, until a note says so
_PROGRAM = ("program", "sources", "libraries")  # parts of the plan that a worker is compared with first
_LOG = logging.getLogger("ideep_scan")


class State(Enum):
    """Name the states of a worker."""

    OPENING = "opening"
    READY = "ready"
    REFUSED = "refused"


@dataclass(eq=False)
class Worker:
    """A worker of the cluster.

    Attributes
    ----------
    address : str
        Its address.
    state : State
        Whether it may score.
    reason : str
        Reason for its refusal.
    faults : int
        Number of its results that were unusable.
    shards : set of int
        Numbers of the shards that it is to score.
    failed : set of int
        Numbers of the shards whose results were unusable.
    is_supplied : bool
        True if input files were sent to it.
    call : distributed.Future or None
        The latest call that opens the run.
    """

    address: str
    state: State = State.OPENING
    reason: str = ""
    faults: int = 0
    shards: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    is_supplied: bool = False
    call: Any = None


class Crew:
    """The workers that take part in a run.

    Only one thread calls the methods. Calls that wait for a worker run in `pool` and post their results as events.

    Parameters
    ----------
    connection : Connection
        Connection to the cluster.
    order : Order
        The run.
    pool : Executor
        Threads that wait for answers of workers.
    post : callable
        Takes a function that the calling thread is to call.
    """

    def __init__(
        self, connection: Connection, order: Order, pool: Executor, post: Callable[[Callable[[], None]], None]
    ):
        self._connection, self._order, self._pool, self._post = connection, order, pool, post
        self._workers: dict[str, Worker] = {}
        self._looked = self._answered = self._manned = time.monotonic()
        self._looked -= _LOOK_SECONDS
        self._arithmetic = ""
        self._is_waiting = False
        self._shippers = ThreadPoolExecutor(_SHIPPERS, "ship")

    @property
    def ready(self) -> list[Worker]:
        """Workers that may score."""
        return [worker for worker in self._workers.values() if worker.state is State.READY]

    @property
    def size(self) -> int:
        """Number of workers that score or may soon do so."""
        return sum(worker.state is not State.REFUSED for worker in self._workers.values())

    def look(self) -> list[Worker]:
        """Look for workers that joined or left; those that joined open the run.

        Returns
        -------
        list of Worker
            Workers that left while they were to score shards.

        Raises
        ------
        IdeepScanError
            The scheduler no longer answers, or every worker is refused.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return []
        self._looked = now
        try:
            present = set(self._connection.client.nthreads())
        except Exception as error:  # Dask raises errors of many classes if a connection breaks
            if now - self._answered > _LOST_SECONDS or self._connection.client.status in ("closing", "closed"):
                raise IdeepScanError(f"the Dask scheduler at {self._connection.address} no longer answers") from error
            return []
        self._answered = now
        for address in sorted(present - set(self._workers)):
            self._workers[address] = Worker(address)
            self._open(self._workers[address])
        lost = [self._workers.pop(address) for address in set(self._workers) - present]
        self._require_workers(now)
        return [worker for worker in lost if worker.shards]

    def close(self) -> None:
        """Send no more files."""
        self._shippers.shutdown(wait=False, cancel_futures=True)

    def reopen(self, worker: Worker) -> None:
        """Let a worker that was started again under its address open the run."""
        if worker.state is State.READY:
            worker.state = State.OPENING
            self._open(worker)

    def blame(self, worker: Worker, shard: Shard, fault: str) -> None:
        """Take note of an unusable result of a worker, and refuse the worker after some of them."""
        worker.failed.add(shard.number)
        worker.faults += 1
        fault = f"{shard.in_words()}: {fault}"
        _LOG.warning("worker %s: %s; the shard is scored elsewhere", worker.address, fault)
        if worker.faults >= MAX_FAULTS and worker.state is not State.REFUSED:
            self._refuse(worker, f"{worker.faults} of its results were unusable, the last because {fault}")

    def _open(self, worker: Worker) -> None:
        """Examine a worker, then let it open the run. Each answer starts the next call."""
        self._call(worker, describe, answer=self._take_description)

    def _take_description(self, worker: Worker, values: Any) -> None:
        """Compare the program of a worker with this one."""
        program = RunPlan({part: self._order.plan[part] for part in _PROGRAM})
        difference = program.find_difference(RunPlan(values))
        if difference is not None:
            self._refuse(worker, f"compared with this run, {difference}")
        else:
            self._call(worker, open_run, self._order, {}, answer=self._take_admission)

    def _take_admission(self, worker: Worker, admission: Admission) -> None:
        if admission.refusal:
            self._refuse(worker, admission.refusal)
            return
        if admission.missing:
            self._ship(worker, admission.missing)
            return
        worker.state = State.READY
        if self._arithmetic and admission.arithmetic != self._arithmetic:
            _LOG.warning(
                "worker %s computes with %s, others with %s: the last digits of scores may differ",
                worker.address,
                admission.arithmetic,
                self._arithmetic,
            )
        self._arithmetic = self._arithmetic or admission.arithmetic

    def _ship(self, worker: Worker, paths: Sequence[str]) -> None:
        """Send files that a worker does not see, unless it has them already or they are too large."""
        if worker.is_supplied or self._order.settings.cobinding is not None:
            self._refuse(worker, f"does not see {paths[0]}: put the inputs on storage that it sees")
            return
        try:
            size = check_size(paths)
        except InputError as error:
            self._refuse(worker, str(error))
            return
        worker.is_supplied = True
        names = join_names([Path(path).name for path in paths])
        _LOG.warning("worker %s does not see %s: %.1f MB are sent", worker.address, names, size / 1e6)
        self._shippers.submit(self._send_files, worker, paths)

    def _send_files(self, worker: Worker, paths: Sequence[str]) -> None:
        """Send files in a thread, then let the worker open the run."""
        try:
            moved = send_files(self._connection.client, worker.address, paths)
        except Exception as error:  # of the network or of the worker, of many classes
            reason = f"does not take the inputs ({describe_error(error)})"
            self._post(lambda: self._refuse(worker, reason))
            return
        self._post(lambda: self._call(worker, open_run, self._order, moved, answer=self._take_admission))

    def _call(
        self, worker: Worker, function: Callable[..., Any], *arguments: Any, answer: Callable[[Worker, Any], None]
    ) -> None:
        """Call a function on a worker, and post its result to `answer`; refuse the worker if the call fails."""
        name = f"{function.__name__}-{worker.address}-{time.monotonic_ns():x}"
        future = self._connection.client.submit(function, *arguments, key=name, workers=[worker.address], pure=False)
        worker.call = future  # Dask forgets a call that nobody holds
        future.add_done_callback(lambda done: self._pool.submit(self._take_answer, worker, done, answer))

    def _take_answer(self, worker: Worker, future: Future[Any], answer: Callable[[Worker, Any], None]) -> None:
        """Fetch a result in a thread of the pool, and post it."""
        try:
            result = future.result()
        except CancelledError:
            return
        except Exception as error:  # whatever a foreign worker raises, it cannot take part
            reason = f"cannot open the run ({describe_error(error)})"
            self._post(lambda: self._refuse(worker, reason))
            return
        self._post(lambda: answer(worker, result))

    def _refuse(self, worker: Worker, reason: str) -> None:
        worker.state, worker.reason = State.REFUSED, reason
        _LOG.warning("worker %s is left out: %s", worker.address, reason)

    def _require_workers(self, now: float) -> None:
        """Raise an error if every worker is refused; note once that there is none."""
        workers = self._workers.values()
        if workers:
            self._manned, self._is_waiting = now, False
        refused = [worker for worker in workers if worker.state is State.REFUSED]
        if refused and len(refused) == len(workers):
            reasons = join_names([f"{worker.address}: {worker.reason}" for worker in refused])
            raise InputError(f"--dask: every worker is left out: {reasons}")
        if self._connection.local is not None and not self._connection.local.is_running():
            raise IdeepScanError("--dask local: every worker has ended, perhaps for its memory: use fewer --threads")
        if not workers and not self._is_waiting and now - self._manned > _WAIT_SECONDS:
            self._is_waiting = True
            _LOG.warning("waiting for workers at %s", self._connection.address)


def describe_error(error: BaseException) -> str:
    """Describe an error of a worker in one line of limited length."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 200 else f"{text[:200]}..."
