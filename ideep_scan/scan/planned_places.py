"""The positions of a plan: draw some at random, and tell whether a position is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

import numpy as np

from ideep_scan.records.places import Places, group_by_strand
from ideep_scan.records.span import Span, Strand

_LISTED = 1 << 21  # positions that are all drawn at once; of more, memory holds those of the rounds


class PlannedPlaces:
    """The positions that a scan visits.

    Parameters
    ----------
    spans : iterable of Span
        The loci, as `plan.plan_loci` yields them: no position of a strand is in two of them.
    stride : int
        Only genome positions that are a multiple of it are visited.

    Examples
    --------
    >>> planned = PlannedPlaces([Span("chr1", 1, 6, "+")], stride=2)
    >>> len(planned), sorted(planned.draw(9, Random(0)).centre.tolist())
    (2, [2, 4])
    """

    def __init__(self, spans: Iterable[Span], stride: int = 1):
        self._spans = sorted(spans, key=lambda span: (span.chrom, span.strand, span.start))
        self._stride = stride
        self._starts = np.array([span.start for span in self._spans], np.int64)
        self._ends = np.array([span.end for span in self._spans], np.int64)
        self._first = -(-self._starts // stride)  # multiples of the stride
        self._counts = np.maximum(0, -(-self._ends // stride) - self._first)
        self._totals = np.cumsum(self._counts)
        chrom, strand = self._texts(np.arange(len(self._spans)))
        self._groups = group_by_strand(chrom, strand)

    def __len__(self) -> int:
        return int(self._totals[-1]) if self._totals.size else 0

    def draw(self, count: int, generator: Random) -> Places:
        """Draw positions, each with the same probability.

        Parameters
        ----------
        count : int
            Limit of positions.
        generator : Random
            Source of random numbers.

        Returns
        -------
        Places
            Different positions in random order; all of them if `count` is not below their number.
        """
        return self._locate(self._sample(count, generator))

    def draw_rounds(self, count: int, rounds: int, generator: Random) -> Iterator[Places]:
        """Draw positions until the caller has enough, each with the same probability.

        Parameters
        ----------
        count : int
            Limit of positions in a round, below 2^21.
        rounds : int
            Limit of rounds.
        generator : Random
            Source of random numbers.

        Yields
        ------
        Places
            Positions in random order, which no earlier round had.
            They are all positions if these are fewer than `count * rounds` and 2^21.
        """
        if len(self) <= min(count * rounds, _LISTED):
            numbers = self._sample(len(self), generator)
            yield from (self._locate(numbers[first : first + count]) for first in range(0, len(numbers), count))
            return
        drawn = np.empty(0, np.int64)
        for _ in range(rounds):
            numbers = self._sample(count, generator)
            numbers = numbers[~np.isin(numbers, drawn)]
            drawn = np.concatenate([drawn, numbers])
            yield self._locate(numbers)

    def _sample(self, count: int, generator: Random) -> np.ndarray:
        """Draw different numbers of positions."""
        return np.array(generator.sample(range(len(self)), min(count, len(self))), np.int64)

    def _locate(self, numbers: np.ndarray) -> Places:
        """Return the positions of these numbers."""
        rows = np.searchsorted(self._totals, numbers, side="right")
        before = self._totals[rows] - self._counts[rows]
        chrom, strand = self._texts(rows)
        return Places(chrom, strand, (self._first[rows] + numbers - before) * self._stride)

    def contains(self, places: Places) -> np.ndarray:
        """Tell which places are positions of the plan.

        Parameters
        ----------
        places : Places
            n places, in any order.

        Returns
        -------
        np.ndarray
            Bool array (n,).
        """
        return (self._find(places) >= 0) & (places.centre % self._stride == 0)

    def surround(self, places: Places, half: int) -> tuple[Places, np.ndarray]:
        """List the positions of the plan around places, which depend on each other.

        Parameters
        ----------
        places : Places
            n places, in any order.
        half : int
            Distance to look at on each side.

        Returns
        -------
        neighbours : Places
            `n * (2 * half + 1)` positions in genome order around each place, in the plan or not.
        planned : np.ndarray
            Bool array, True for those in the plan, and in the same locus as their place.
        """
        width = 2 * half + 1
        rows = np.repeat(np.arange(len(places)), width)
        centre = places.centre[rows] + np.tile(np.arange(-half, half + 1), len(places))
        neighbours = Places(places.chrom[rows], places.strand[rows], centre)
        locus = self._find(places)[rows]
        inside = locus >= 0
        inside[inside] = (centre[inside] >= self._starts[locus[inside]]) & (centre[inside] < self._ends[locus[inside]])
        return neighbours, inside & (centre % self._stride == 0)

    def _find(self, places: Places) -> np.ndarray:
        """Find the locus of each place: an int64 array (n,), -1 outside of all loci."""
        locus = np.full(len(places), -1, np.int64)
        for key, rows in group_by_strand(places.chrom, places.strand).items():
            spans = self._groups.get(key)
            if spans is None or not rows.size:
                continue
            centre = places.centre[rows]
            index = np.searchsorted(self._starts[spans], centre, side="right") - 1
            candidates = spans[np.maximum(index, 0)]
            locus[rows] = np.where((index >= 0) & (centre < self._ends[candidates]), candidates, -1)
        return locus

    def _texts(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return contig and strand of loci, as object arrays."""
        loci = [self._spans[row] for row in rows.tolist()]
        return _objects([span.chrom for span in loci]), _objects([span.strand for span in loci])


def plan_contigs(contigs: Mapping[str, int], strands: Sequence[Strand]) -> PlannedPlaces:
    """Plan all positions of contigs.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig.
    strands : sequence of Strand
        Strands.
    """
    return PlannedPlaces(Span(chrom, 0, length, strand) for chrom, length in contigs.items() for strand in strands)


def join_places(*lists: Places) -> Places:
    """Join lists of places."""
    first = Places(_objects([]), _objects([]), np.empty(0, np.int64))
    columns = [(places.chrom, places.strand, places.centre) for places in (first, *lists)]
    return Places(*map(np.concatenate, zip(*columns, strict=True)))


def _objects(texts: Sequence[str]) -> np.ndarray:
    array = np.empty(len(texts), object)
    array[:] = texts
    return array
