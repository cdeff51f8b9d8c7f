"""Work in threads with the results in order: on items of a queue, or one item ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

from ideep_scan.process import ThreadPool

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


def prefetch(items: Iterator[T]) -> Generator[T, None, None]:
    """Yield the same items; a thread computes the next one while the caller uses one.

    Parameters
    ----------
    items : iterator
        Items other than None.

    Yields
    ------
    object
        Each item.
    """
    with ThreadPool(1, "featurize") as pool:
        future = pool.submit(next, items, None)
        while (item := future.result()) is not None:
            future = pool.submit(next, items, None)
            yield item
