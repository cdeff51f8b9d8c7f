"""Work on items in the threads of a pool, with the results in order and a limit of items in the queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_in_order(
    function: Callable[[T], R], items: Iterable[T], pool: Executor | None, queue_limit: int
) -> Iterator[R]:
    """Apply a function to items in the threads of a pool; yield the results in the order of the items.

    If the caller stops, or the function or the items raise, the calls in the queue are cancelled.

    Parameters
    ----------
    function : callable
        The work on one item.
    items : iterable
        The items. They are read in the caller's thread, and only as far as the queue has room.
    pool : Executor or None
        The threads; None works in the caller's thread.
    queue_limit : int
        Limit of items in the queue, finished or not.

    Yields
    ------
    object
        The result for each item.

    Examples
    --------
    >>> list(map_in_order(str.upper, ["a", "b"], None, 1))
    ['A', 'B']
    """
    if pool is None:
        yield from map(function, items)
        return
    queue: deque[Future[R]] = deque()
    try:
        for item in items:
            queue.append(pool.submit(function, item))
            if len(queue) > queue_limit:
                yield queue.popleft().result()
        while queue:
            yield queue.popleft().result()
    finally:
        for future in queue:
            future.cancel()
