"""Things found slightly out of the order of the genome, handed on in it. It keeps no more than what may still wait."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class StrandedInterval(Hashable, Protocol):
    """Something with a place on a strand of a contig."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def strand(self) -> str: ...


Item = TypeVar("Item", bound=StrandedInterval)


class Reorder(Generic[Item]):
    """Sorts the finds of one contig by start, then end, then strand; equal ones are handed on once."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, str, int, Item]] = []
        self._known: set[Item] = set()
        self._added = 0

    def add(self, items: list[Item]) -> None:
        """Take finds in."""
        for item in items:
            if item not in self._known:
                self._known.add(item)
                heapq.heappush(self._waiting, (item.start, item.end, item.strand, self._added, item))
                self._added += 1

    def release(self, before: int | None = None) -> list[Item]:
        """Finds that start before a position, in order; without one, all. None of them may be added again later."""
        out: list[Item] = []
        while self._waiting and (before is None or self._waiting[0][0] < before):
            out.append(heapq.heappop(self._waiting)[-1])
        self._known.difference_update(out)
        return out
