"""Process-wide settings that several jobs share, and threads that a signal to the program abandons."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

#: Signals that end the program: Ctrl-C, the end of a job or terminal, and the warnings of batch systems before an end.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU)

#: Set once such a signal has arrived: the process ends without waiting for its threads.
stopping = threading.Event()


class ThreadPool(ThreadPoolExecutor):
    """Threads that the program does not wait for once a signal ends it; their work is lost anyway."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; wait for the calls that run, unless a signal has arrived."""
        ends = stopping.is_set()
        super().shutdown(wait and not ends, cancel_futures=cancel_futures or ends)


class SharedContext:
    """Context manager for threads: the first user enters a context, the last one leaves it.

    Without it, two threads that save and restore one setting could leave the wrong value behind.

    Parameters
    ----------
    make : callable
        Makes the context, each time that there is a first user.

    Examples
    --------
    >>> from contextlib import contextmanager
    >>> @contextmanager
    ... def setting():
    ...     print("set")
    ...     yield
    ...     print("restored")
    >>> shared = SharedContext(setting)
    >>> with shared, shared:
    ...     print("working")
    set
    working
    restored
    """

    def __init__(self, make: Callable[[], AbstractContextManager[Any]]):
        self._make = make
        self._lock = threading.Lock()
        self._users = 0
        self._context: AbstractContextManager[Any] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._context is None:
                context = self._make()
                context.__enter__()
                self._context = context
            self._users += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._context is not None:
                context, self._context = self._context, None
                context.__exit__(None, None, None)
