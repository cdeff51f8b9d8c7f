"""Process-wide settings that several jobs share, and that end with the last of these jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any


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
