"""Threads in which results are called, reported and written while the next are computed. It knows no results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

R = TypeVar("R")


class ThreadPipeline:
    """Does what it is handed in the background: the tasks of one number one after the other, in their order.

    A context manager. Left with an error, it drops what has not begun; either way it waits for what has.

    Parameters
    ----------
    threads : that share the numbers.
    waiting : tasks of a thread that may be unfinished; who hands on more waits. This bounds the memory.
    """

    def __init__(self, threads: int, waiting: int):
        self._pools = [ThreadPoolExecutor(1, "behind") for _ in range(threads)]
        self._begun: list[deque[Future[Any]]] = [deque() for _ in self._pools]
        self._waiting = waiting
        self._error: BaseException | None = None

    def do(self, number: int, task: Callable[[], R]) -> Future[R]:
        """Hand a task on; its future gives what it returns.

        Raises
        ------
        BaseException : what an earlier task raised, of whatever number; what comes after it is not done.
        """
        lane = number % len(self._pools)
        begun = self._begun[lane]
        while begun and (begun[0].done() or len(begun) >= self._waiting):
            begun.popleft().result()
        future = self._pools[lane].submit(self._done, task)
        begun.append(future)
        return future

    def _done(self, task: Callable[[], R]) -> R:
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
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=error is not None)
        for pool in self._pools:
            pool.shutdown()
        if error is None:
            for begun in self._begun:
                for future in begun:
                    future.result()
