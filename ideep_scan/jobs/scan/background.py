"""Threads that call, report and write results while the next ones are computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

from ideep_scan.process import ThreadPool

R = TypeVar("R")


class ThreadPipeline:
    """Run tasks in background threads. Tasks with the same lane number run in order.

    It is a context manager. Leaving it waits for the running tasks, unless a signal ends the program.
    Leaving it with an error drops tasks in the queue.

    Parameters
    ----------
    threads : int
        Number of threads, which share the lanes.
    queue_limit : int
        Unfinished tasks per thread. Submitting more waits, which bounds the memory.
    """

    def __init__(self, threads: int, queue_limit: int):
        self._executors = [ThreadPool(1, "pipeline") for _ in range(threads)]
        self._queues: list[deque[Future[Any]]] = [deque() for _ in self._executors]
        self._queue_limit = queue_limit
        self._error: BaseException | None = None

    def submit(self, lane: int, task: Callable[[], R]) -> Future[R]:
        """Queue a task.

        Parameters
        ----------
        lane : int
            Number of the lane, 0 or more.
        task : callable
            Function without arguments.

        Returns
        -------
        Future
            Gives the result of the task.

        Raises
        ------
        BaseException
            An earlier task of any lane raised it. Later tasks are dropped.
        """
        index = lane % len(self._executors)
        queue = self._queues[index]
        while queue and (queue[0].done() or len(queue) >= self._queue_limit):
            queue.popleft().result()
        future = self._executors[index].submit(self._run, task)
        queue.append(future)
        return future

    def _run(self, task: Callable[[], R]) -> R:
        """Run a task, unless an earlier one raised an error."""
        if self._error is not None:
            raise self._error
        try:
            return task()
        except BaseException as error:
            self._error = error
            raise

    def __enter__(self) -> ThreadPipeline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=error is not None)
        for executor in self._executors:
            executor.shutdown()
        if error is None:
            for queue in self._queues:
                for future in queue:
                    future.result()
