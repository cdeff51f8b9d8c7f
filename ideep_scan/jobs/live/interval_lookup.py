"""What of a plan and of an annotation lies in a stretch of a contig, for those who look here and there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Generic, Protocol, TypeVar

import numpy as np

from ideep_scan.records.span import Span


class Interval(Protocol):
    """Anything on a contig, `[start, end)`."""

    @property
    def chrom(self) -> str: ...

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=Interval)


class IntervalIndex(Generic[T]):
    """Things by place; those of one contig keep their order."""

    def __init__(self, things: Iterable[T]):
        by_contig: dict[str, list[T]] = defaultdict(list)
        for thing in things:
            by_contig[thing.chrom].append(thing)
        self._things = dict(by_contig)
        self._ends = {
            chrom: np.array([(thing.start, thing.end) for thing in of_contig], np.int64)
            for chrom, of_contig in by_contig.items()
        }

    def overlapping(self, chrom: str, start: int, end: int) -> list[T]:
        """Those that share a position with `[start, end)`, in the order given."""
        if chrom not in self._things:
            return []
        starts, ends = self._ends[chrom].T
        return [self._things[chrom][i] for i in np.flatnonzero((starts < end) & (ends > start)).tolist()]

    def first(self, count: int) -> list[T]:
        """The first things, contig by contig."""
        return list(islice(chain.from_iterable(self._things.values()), count))


def clip_spans(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """What spans have in `[start, end)`, which each of them overlaps."""
    return [Span(span.chrom, max(span.start, start), min(span.end, end), span.strand) for span in spans]
