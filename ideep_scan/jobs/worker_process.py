"""Worker processes that do not run the caller's script again, and end with the main process.

A process that `multiprocessing` spawns imports the main script, so a script without `if __name__ == "__main__":` would
start itself again. The workers here run functions of this package only and need no script.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import reduction, resource_tracker, spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from types import TracebackType
from typing import Any

from ideep_scan.errors import IdeepScanError
from ideep_scan.process import STOP_SIGNALS, stopping

_LOCK = threading.Lock()
_SCRIPT = ("init_main_from_name", "init_main_from_path")


class WorkerProcess(SpawnProcess):
    """A spawned process without the caller's main module."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802
        with _without_script(), _blocked_signals():
            return SpawnProcess._Popen(process_obj)


class WorkerContext(SpawnContext):
    """A spawn context (a fork of a process with threads may hang) whose processes are `WorkerProcess`es."""

    Process = WorkerProcess


class WorkerPool(ProcessPoolExecutor):
    """Processes that start when calls come in. Leaving the block with an error kills them.

    Signals such as Ctrl-C are left to the main process. Text that they print goes to standard error.

    Parameters
    ----------
    count : int
        Limit of processes.
    initializer : callable, optional
        Function of a module that each process calls first.
    arguments : tuple
        Arguments of the initializer.
    descriptors : sequence of int
        Open files that the processes inherit. A lock on such a file lasts until the last process ends.

    Raises
    ------
    IdeepScanError
        The system lacks what processes need.
    """

    def __init__(
        self,
        count: int,
        initializer: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
        descriptors: Sequence[int] = (),
    ):
        inherited = [_InheritedFile(descriptor) for descriptor in descriptors]
        with _explained_shortage():
            with _blocked_signals():
                resource_tracker.ensure_running()  # removes semaphores when the main process has ended
            super().__init__(count, WorkerContext(), _start_worker, (inherited, initializer, arguments))

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Queue a call, and start a process for it if none is idle."""
        with _explained_shortage():
            return super().submit(function, *arguments, **options)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.shutdown()
        else:
            self.kill_workers()

    def kill_workers(self) -> None:
        """Kill all processes and wait for their end, unless a signal ends the program.

        Calls without a result raise BrokenProcessPool or CancelledError.
        """
        for worker in list((self._processes or {}).values()):
            worker.kill()
        self.shutdown(wait=not stopping.is_set(), cancel_futures=True)  # one that starts takes seconds to end


@contextmanager
def _explained_shortage() -> Iterator[None]:
    """Tell what to do if no semaphore or process can be made."""
    try:
        yield
    except OSError as error:
        raise IdeepScanError(
            f"no process can be started ({error.strerror or error}): make room in /dev/shm, allow more processes "
            "(ulimit -u), or use fewer --threads"
        ) from error


@contextmanager
def _blocked_signals() -> Iterator[None]:
    """Start processes that no signal to all processes of a job ends: the main process answers it, and ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _InheritedFile:
    """An open file that a worker process inherits when it receives this object."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def __reduce__(self) -> tuple[Callable[[Any], _InheritedFile], tuple[Any]]:
        return _receive, (reduction.DupFd(self._descriptor),)


def _receive(duplicate: Any) -> _InheritedFile:
    return _InheritedFile(duplicate.detach())


def _start_worker(
    _inherited: Sequence[_InheritedFile], initializer: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> None:
    """Prepare a worker process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError):  # standard error is closed
        os.dup2(2, 1)
    if initializer is not None:
        initializer(*arguments)


def _end_with_parent() -> None:
    """Wait for the end of the main process, even if it is killed, then kill this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _without_script() -> Iterator[None]:
    """Leave the main script out of the instructions for a process that this thread starts."""
    with _LOCK:
        prepare: Callable[[str], dict[str, Any]] = spawn.get_preparation_data
        starter = threading.get_ident()

        def prepare_without_script(name: str) -> dict[str, Any]:
            data = prepare(name)
            if threading.get_ident() == starter:
                for key in _SCRIPT:
                    data.pop(key, None)
            return data

        spawn.get_preparation_data = prepare_without_script
        try:
            yield
        finally:
            spawn.get_preparation_data = prepare  # type: ignore[assignment]
