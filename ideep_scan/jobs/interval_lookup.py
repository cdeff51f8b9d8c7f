"""Look up the loci and transcripts that overlap an interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Generic, Protocol, TypeVar

import numpy as np

from ideep_scan.records.span import Span


class Interval(Protocol):
    """An interval `[start, end)` of a contig, 0-based."""

    @property
    def chrom(self) -> str:
        """Name of the contig."""
        ...

    @property
    def start(self) -> int:
        """First position."""
        ...

    @property
    def end(self) -> int:
        """Position after the last one."""
        ...


T = TypeVar("T", bound=Interval)


class IntervalIndex(Generic[T]):
    """Index of intervals by contig.

    Parameters
    ----------
    intervals : iterable of Interval
        Intervals in any order, which results keep.
    """

    def __init__(self, intervals: Iterable[T]):
        by_contig: dict[str, list[T]] = defaultdict(list)
        for interval in intervals:
            by_contig[interval.chrom].append(interval)
        self._intervals = dict(by_contig)
        self._bounds = {
            chrom: np.array([(interval.start, interval.end) for interval in of_contig], np.int64)
            for chrom, of_contig in by_contig.items()
        }

    def overlapping(self, chrom: str, start: int, end: int) -> list[T]:
        """List the intervals that share a position with `[start, end)`."""
        if chrom not in self._intervals:
            return []
        starts, ends = self._bounds[chrom].T
        return [self._intervals[chrom][i] for i in np.flatnonzero((starts < end) & (ends > start)).tolist()]

    def first(self, count: int) -> list[T]:
        """List the first intervals, contig by contig."""
        return list(islice(chain.from_iterable(self._intervals.values()), count))


def clip_spans(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Clip overlapping spans to `[start, end)`."""
    return [Span(span.chrom, max(span.start, start), min(span.end, end), span.strand) for span in spans]
