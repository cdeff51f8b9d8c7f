"""Genome order for intervals that arrive nearly sorted."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class StrandedInterval(Hashable, Protocol):
    """An interval on a strand of a contig."""

    @property
    def start(self) -> int:
        """First position, 0-based."""
        ...

    @property
    def end(self) -> int:
        """Position after the last one."""
        ...

    @property
    def strand(self) -> str:
        """Strand, + or -."""
        ...


Item = TypeVar("Item", bound=StrandedInterval)


class Reorder(Generic[Item]):
    """Sort the intervals of one contig by start, then end, then strand, and drop duplicates."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, str, int, Item]] = []
        self._seen: set[Item] = set()
        self._added = 0

    def add(self, items: list[Item]) -> None:
        """Add intervals.

        Parameters
        ----------
        items : list of Item
            Intervals that start at or after the last released position.
        """
        for item in items:
            if item not in self._seen:
                self._seen.add(item)
                heapq.heappush(self._waiting, (item.start, item.end, item.strand, self._added, item))
                self._added += 1

    def release(self, before: int | None = None) -> list[Item]:
        """Remove and return the intervals that start before a position, in order.

        Parameters
        ----------
        before : int or None
            The position; None releases all intervals.

        Returns
        -------
        list of Item
            The intervals; none of them may be added again later.
        """
        out: list[Item] = []
        while self._waiting and (before is None or self._waiting[0][0] < before):
            out.append(heapq.heappop(self._waiting)[-1])
        self._seen.difference_update(out)
        return out
