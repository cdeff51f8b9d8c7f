"""Final checks of output files, in separate processes once there is enough work for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.worker_process import WorkerPool

R = TypeVar("R")
MIN_VALUES = 2 * 10**7  # values of all models; the files of fewer values close before processes have started


class FileFinisher:
    """Run the final work on files (`formats.runner.Runner`) in this process, or in others within `processes`.

    Reading back and rewriting hold the GIL, so threads would close the files of several models one by one.
    If a process does not start or does not answer, for example for lack of memory, the work is done in this process.

    Parameters
    ----------
    lock : int, optional
        File descriptor of the lock on the output folder. The processes inherit it.
        The folder stays locked until the last of them ends, even if the main process is killed.
    """

    def __init__(self, lock: int | None = None) -> None:
        self._descriptors = () if lock is None else (lock,)
        self._pool: WorkerPool | None = None
        self._is_stopped = False
        self._ending = Lock()

    @contextmanager
    def processes(self, values: int, parallel: int) -> Iterator[None]:
        """Use other processes until the block ends, if there is enough work.

        If the block raises an error, they are killed, and calls that wait for them raise CancelledError.

        Parameters
        ----------
        values : int
            Values that all models have written.
        parallel : int
            Models whose files are closed at the same time.
        """
        if values >= MIN_VALUES and parallel > 1:
            self._pool = _start_pool(parallel, self._descriptors)
        try:
            yield
        except BaseException:
            self._is_stopped = True
            raise
        finally:
            self._end_processes()

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R:
        """Call a function of a module; return its result or raise its error."""
        pool = self._pool
        if pool is not None:
            try:
                future = pool.submit(function, *arguments)
            except (IdeepScanError, RuntimeError):  # no process can be started, or another call has ended them
                pass
            else:
                try:
                    return future.result()
                except (BrokenProcessPool, CancelledError):
                    pass
            self._end_processes()  # one of them might still write the same file
        if self._is_stopped:
            raise CancelledError
        return function(*arguments)

    def _end_processes(self) -> None:
        """Kill all processes. Calls wait here until no process is left."""
        with self._ending:
            pool, self._pool = self._pool, None
            if pool is not None:
                pool.kill_workers()


def _start_pool(count: int, descriptors: tuple[int, ...]) -> WorkerPool | None:
    """Make a pool; return None on a system without semaphores."""
    try:
        return WorkerPool(count, descriptors=descriptors)
    except (IdeepScanError, NotImplementedError):
        return None
