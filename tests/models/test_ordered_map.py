"""Results in the order of the items, with a limit of items in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.models.ordered_map import map_in_order, prefetch


@given(items=st.lists(st.integers()), threads=st.integers(0, 3), limit=st.integers(0, 4))
def test_it_equals_map(items: list[int], threads: int, limit: int) -> None:
    if not threads:
        assert list(map_in_order(str, items, None, limit)) == list(map(str, items))
        return
    with ThreadPoolExecutor(threads) as pool:
        assert list(map_in_order(str, items, pool, limit)) == list(map(str, items))


class LatePool(ThreadPoolExecutor):
    """A pool that keeps the futures of all calls and begins none but the first."""

    def __init__(self) -> None:
        super().__init__(1)
        self.futures: list[Future[object]] = []

    def submit(self, function, /, *arguments, **keywords):
        future: Future[object] = Future()
        if not self.futures:
            future.set_result(function(*arguments, **keywords))
        self.futures.append(future)
        return future


def test_items_are_read_only_as_far_as_the_queue_has_room() -> None:
    numbers: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            numbers.append(number)
            yield number

    with LatePool() as pool:
        results = map_in_order(str, items(), pool, 3)
        assert next(results) == "0"
        assert numbers == [0, 1, 2, 3]
        results.close()
        assert [future.cancelled() for future in pool.futures] == [False, True, True, True]


def test_an_error_cancels_the_queue() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("the file is damaged")

    with LatePool() as pool:
        with pytest.raises(OSError, match="damaged"):
            list(map_in_order(str, items(), pool, 3))
        assert [future.cancelled() for future in pool.futures] == [False, True, True]


@given(items=st.lists(st.integers()))
def test_prefetched_items_are_the_same(items: list[int]) -> None:
    assert list(prefetch(iter(items))) == items


def test_one_item_is_computed_ahead_and_errors_arrive_in_their_place() -> None:
    computed: list[int] = []

    def compute() -> Iterator[int]:
        for number in range(3):
            computed.append(number)
            yield number
        raise ValueError("broken")

    items = prefetch(compute())
    assert next(items) == 0
    assert next(items) == 1
    assert next(items) == 2
    assert computed == [0, 1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(items)
    computed.clear()
    items = prefetch(compute())
    assert next(items) == 0
    items.close()
    assert len(computed) <= 2
