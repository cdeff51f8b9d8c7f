"""Score the shards of a run on a cluster; they are finished in any order, and yielded in that of the plan.

Dask carries the calls. The client decides which worker scores which shard, because a worker is examined before its
first shard, and because a result counts only once it is in the folder and agrees with its receipt.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from heapq import heapify, heappop, heappush
from queue import Empty, SimpleQueue
from statistics import median
from threading import Condition, Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING

import dask
from distributed import fire_and_forget

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.cluster.crew import MAX_FAULTS, Crew, Worker, describe_error
from ideep_scan.jobs.cluster.messages import Order, Report
from ideep_scan.jobs.cluster.results import take_result
from ideep_scan.jobs.cluster.worker import close_runs, score_shard, send_shard
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.scan.shards import Shard

if TYPE_CHECKING:
    from distributed import Future

    from ideep_scan.jobs.cluster.address import Connection

FLIGHTS = 2  # shards of a worker at a time: one is scored while another one begins or ends
MAX_LOSSES = 3  # workers that may be lost with one shard
_WAITING_THREADS = 8  # that wait for workers and verify results
_TICK_SECONDS = 0.25
_SLOW = 2.0  # a shard is scored a second time if it takes this many times the median
_LOG = logging.getLogger("ideep_scan")


@dataclass(eq=False)
class Flight:
    """A shard that a worker is to score."""

    shard: Shard
    worker: Worker
    future: Future[Report]
    start: float
    is_dropped: bool = False


class ClusterScan:
    """Shards that are scored on a cluster; a context manager, and an iterable of finished shards in their order.

    Parameters
    ----------
    connection : Connection
        Connection to the cluster.
    order : Order
        The run.
    shards : sequence of Shard
        All shards of the plan.
    finished : collection of int
        Numbers of the shards that are finished already.
    folder : ShardFolder
        Folder of finished shards.
    on_progress : callable
        Called in another thread for each shard that becomes finished, with its number of positions, and with the
        state of the scan in words.
    """

    def __init__(
        self,
        connection: Connection,
        order: Order,
        shards: Sequence[Shard],
        finished: Collection[int],
        folder: ShardFolder,
        *,
        on_progress: Callable[[int, str], None],
    ):
        self._client, self._order, self._folder = connection.client, order, folder
        self._shards, self._on_progress = shards, on_progress
        self._finished = set(finished)
        self._waiting = [shard.number for shard in shards if shard.number not in self._finished]
        heapify(self._waiting)
        self._flights: list[Flight] = []
        self._losses: Counter[int] = Counter()
        self._faults: Counter[int] = Counter()
        self._seconds: list[float] = []
        self._scored, self._started = 0, time.monotonic()
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._changed, self._stopped = Condition(), Event()
        self._error: BaseException | None = None
        self._pool = ThreadPoolExecutor(_WAITING_THREADS, "cluster")
        self._crew = Crew(connection, order, self._pool, self._events.put)
        self._thread = Thread(target=self._run, name="cluster", daemon=True)

    def __enter__(self) -> ClusterScan:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join(timeout=1)
        self._crew.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with suppress(Exception):  # of a connection that is broken
            self._client.cancel([flight.future for flight in self._flights])

    def __iter__(self) -> Iterator[Shard]:
        for shard in self._shards:
            with self._changed:
                while shard.number not in self._finished:
                    if self._error is not None:
                        raise self._error
                    self._changed.wait(_TICK_SECONDS)
            yield shard

    def _run(self) -> None:
        """Keep the workers busy until all shards are finished."""
        try:
            while not self._stopped.is_set() and len(self._finished) < len(self._shards):
                for worker in self._crew.look():
                    self._take_loss(worker)
                self._assign()
                try:
                    event = self._events.get(timeout=_TICK_SECONDS)
                except Empty:
                    continue
                event()
            if not self._stopped.is_set():
                for worker in self._crew.ready:
                    fire_and_forget(self._client.submit(close_runs, workers=[worker.address], pure=False))
        except BaseException as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _assign(self) -> None:
        """Give shards to the workers that have room; once none waits, the slow ones a second time.

        A worker gets a second shard only if enough of them wait for all workers, also for those that are opening.
        """
        workers = sorted(self._crew.ready, key=lambda worker: len(worker.shards))
        for room in range(FLIGHTS):
            for worker in workers:
                if room and len(self._waiting) <= self._crew.size:
                    return
                if len(worker.shards) <= room and (number := self._choose(worker)) is not None:
                    self._send(worker, self._shards[number])

    def _choose(self, worker: Worker) -> int | None:
        """Choose the next shard for a worker."""
        if self._waiting:
            return self._pop(worker)
        if worker.shards or len(self._seconds) < len(self._crew.ready):
            return None
        limit = time.monotonic() - _SLOW * median(self._seconds)
        flights = Counter(flight.shard.number for flight in self._flights)
        slow = [flight for flight in self._flights if flight.start < limit and flights[flight.shard.number] == 1]
        return min(slow, key=lambda flight: flight.start).shard.number if slow else None

    def _pop(self, worker: Worker) -> int | None:
        """Take the first waiting shard at which this worker has not failed, unless it is the only worker."""
        avoided = worker.failed if len(self._crew.ready) > 1 else ()
        number = next((number for number in sorted(self._waiting) if number not in avoided), None) if avoided else None
        if not avoided:
            return heappop(self._waiting)
        if number is not None:
            self._waiting.remove(number)
            heapify(self._waiting)
        return number

    def _send(self, worker: Worker, shard: Shard) -> None:
        first = shard.chunks[0]
        name = f"score-{first.chrom}:{first.start}-{first.end}:{first.strand}-{time.monotonic_ns():x}"
        with dask.annotate(shard=shard.number, place=shard.in_words()):
            future = self._client.submit(
                score_shard, self._order.digest, shard, key=name, workers=[worker.address], pure=False
            )
        flight = Flight(shard, worker, future, time.monotonic())
        self._flights.append(flight)
        worker.shards.add(shard.number)
        future.add_done_callback(lambda _: self._fetch_later(flight))

    def _fetch_later(self, flight: Flight) -> None:
        if not (flight.is_dropped or self._stopped.is_set()):
            with suppress(RuntimeError):  # the scan has ended since
                self._pool.submit(self._fetch, flight)

    def _fetch(self, flight: Flight) -> None:
        """Take the result of a flight into the folder, in a thread of the pool, and post what became of it."""
        try:
            report = flight.future.result()
        except CancelledError:
            return  # the worker or the scheduler is lost, which `Crew.look` finds
        except Exception as error:  # of a worker, which may be of any class
            self._events.put(partial(self._take_fault, flight, describe_error(error)))
            return
        if report.receipt is None:
            self._events.put(partial(self._take_restart, flight))
            return
        try:
            fault = take_result(self._folder, flight.shard, report, partial(self._fetch_bytes, flight))
        except Exception as error:
            self._events.put(partial(self._fail, error))
            return
        if fault:
            self._events.put(partial(self._take_fault, flight, fault))
        else:
            self._events.put(partial(self._finish, flight, report.seconds))

    def _fetch_bytes(self, flight: Flight) -> Report:
        """Ask the worker for the bytes of a shard; the report has none if the worker cannot send them."""
        future = self._client.submit(
            send_shard, self._order.digest, flight.shard, workers=[flight.worker.address], pure=False
        )
        report = Report()
        with suppress(CancelledError, Exception):  # of a worker, which may be of any class
            report = future.result()
        return report

    def _fail(self, error: Exception) -> None:
        """End the scan with an error of this process."""
        raise error

    def _finish(self, flight: Flight, seconds: float) -> None:
        """Take note that a shard is finished, and cancel its other flight."""
        number = flight.shard.number
        self._drop(flight)
        for other in [other for other in self._flights if other.shard.number == number]:
            self._drop(other)
            other.future.cancel()
        if number in self._finished:
            return
        self._seconds.append(seconds)
        with self._changed:
            self._finished.add(number)
            self._changed.notify_all()
        self._scored += flight.shard.positions
        self._on_progress(flight.shard.positions, self._describe())

    def _describe(self) -> str:
        """Describe the state of the scan in words."""
        rate = self._scored / (time.monotonic() - self._started)
        shards = f"{len(self._finished):,} of {len(self._shards):,} shards"
        return f"scanning: {shards}, {rate:,.0f} positions/s, workers: {len(self._crew.ready):,}"

    def _take_fault(self, flight: Flight, fault: str) -> None:
        """Blame the worker, and let another one score the shard."""
        if flight.is_dropped:
            return
        self._crew.blame(flight.worker, flight.shard, fault)
        self._return(flight)
        self._faults[flight.shard.number] += 1
        if self._faults[flight.shard.number] >= MAX_FAULTS:
            raise IdeepScanError(
                f"{flight.shard.in_words()}: {MAX_FAULTS} results were unusable, the last because {fault}: "
                "mend this, then give --resume"
            )

    def _take_restart(self, flight: Flight) -> None:
        """Let a worker that was started again open the run."""
        if not flight.is_dropped:
            self._return(flight)
            self._crew.reopen(flight.worker)

    def _take_loss(self, worker: Worker) -> None:
        """Return the shards of a worker that left."""
        _LOG.warning("worker %s was lost; its shards are scored elsewhere", worker.address)
        for flight in [flight for flight in self._flights if flight.worker is worker]:
            self._losses[flight.shard.number] += 1
            if self._losses[flight.shard.number] >= MAX_LOSSES:
                raise IdeepScanError(
                    f"{flight.shard.in_words()}: {MAX_LOSSES} workers were lost while they scored it, perhaps for "
                    "their memory: give workers more memory, then --resume"
                )
            self._return(flight)
            flight.future.cancel()

    def _return(self, flight: Flight) -> None:
        """Put the shard of a flight back, unless another worker scores it too."""
        self._drop(flight)
        number = flight.shard.number
        if number not in self._finished and all(other.shard.number != number for other in self._flights):
            heappush(self._waiting, number)

    def _drop(self, flight: Flight) -> None:
        flight.is_dropped = True
        flight.worker.shards.discard(flight.shard.number)
        if flight in self._flights:
            self._flights.remove(flight)
