"""Thread counts of numerical libraries, restored for the caller after a job."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class _Scope:
    """Number of jobs that run at the moment, and torch's thread count before the first of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.jobs = 0
        self.count = 0


_SCOPE = _Scope()


@contextmanager
def preserve_threads() -> Iterator[None]:
    """Restore torch's thread count on leaving, also if several jobs run in threads of one process.

    Examples
    --------
    >>> before = torch.get_num_threads()
    >>> with preserve_threads():
    ...     torch.set_num_threads(1)
    >>> torch.get_num_threads() == before
    True
    """
    with _SCOPE.lock:
        if _SCOPE.jobs == 0:
            _SCOPE.count = torch.get_num_threads()
        _SCOPE.jobs += 1
        count = _SCOPE.count
    try:
        yield
    finally:
        with _SCOPE.lock:
            _SCOPE.jobs -= 1
        torch.set_num_threads(count)
