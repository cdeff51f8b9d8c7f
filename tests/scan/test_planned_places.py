"""Positions of a plan, against a list of all of them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.places import Places
from ideep_scan.records.span import Span, Strand
from ideep_scan.scan import planned_places
from ideep_scan.scan.planned_places import PlannedPlaces, join_places, plan_contigs

LENGTHS = {"a": 40, "b": 25}
STRANDS: tuple[Strand, ...] = ("+", "-")
Place = tuple[str, str, int]


@st.composite
def loci(draw: st.DrawFn) -> list[Span]:
    """Disjoint loci that do not touch."""
    spans = []
    for chrom, length in LENGTHS.items():
        for strand in STRANDS:
            borders = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
            pairs = zip(borders[::2], borders[1::2], strict=False)
            spans += [Span(chrom, start, end, strand) for start, end in pairs]
    return spans


def listed(places: Places) -> list[Place]:
    return list(zip(places.chrom.tolist(), places.strand.tolist(), places.centre.tolist(), strict=True))


def slow_plan(spans: list[Span], stride: int) -> dict[Place, Span]:
    return {
        (span.chrom, span.strand, position): span
        for span in spans
        for position in range(span.start, span.end)
        if position % stride == 0
    }


@given(loci(), st.integers(1, 7), st.integers(0, 2**32))
def test_every_position_can_be_drawn_and_no_other(spans: list[Span], stride: int, seed: int) -> None:
    planned, expected = PlannedPlaces(spans, stride), slow_plan(spans, stride)
    assert len(planned) == len(expected)
    drawn = listed(planned.draw(10**6, Random(seed)))
    assert sorted(drawn) == sorted(expected)
    part = listed(planned.draw(3, Random(seed)))
    assert len(part) == len(set(part)) == min(3, len(expected))
    assert set(part) <= set(expected)


@given(loci(), st.integers(1, 7))
def test_contains_tells_positions_of_the_plan(spans: list[Span], stride: int) -> None:
    planned, expected = PlannedPlaces(spans, stride), slow_plan(spans, stride)
    every = plan_contigs(LENGTHS, STRANDS).draw(10**6, Random(0))
    assert len(every) == 2 * sum(LENGTHS.values())
    assert planned.contains(every).tolist() == [place in expected for place in listed(every)]


@given(loci(), st.integers(1, 7), st.integers(0, 9))
def test_neighbours_are_in_the_locus_of_their_place(spans: list[Span], stride: int, half: int) -> None:
    expected, every_base = slow_plan(spans, stride), slow_plan(spans, 1)
    places = plan_contigs(LENGTHS, STRANDS).draw(20, Random(1))
    neighbours, inside = PlannedPlaces(spans, stride).surround(places, half)
    width = 2 * half + 1
    assert len(neighbours) == len(places) * width
    for row, place in enumerate(listed(places)):
        around = listed(neighbours[np.arange(row * width, (row + 1) * width)])
        assert [position for _, _, position in around] == list(range(place[2] - half, place[2] + half + 1))
        locus = every_base.get(place)
        truth = [locus is not None and expected.get(other) == locus for other in around]
        assert inside[row * width : (row + 1) * width].tolist() == truth


def test_each_position_is_as_likely_as_another() -> None:
    planned = PlannedPlaces([Span("a", 0, 5, "+"), Span("a", 10, 11, "-"), Span("b", 3, 7, "+")])
    generator, counts = Random(0), dict.fromkeys(slow_plan([Span("a", 0, 5, "+")], 1), 0)
    for _ in range(5000):
        (place,) = listed(planned.draw(1, generator))
        counts[place] = counts.get(place, 0) + 1
    assert len(counts) == 10
    assert all(400 < count < 600 for count in counts.values())


@given(loci(), st.integers(1, 7), st.integers(1, 60), st.integers(1, 9), st.booleans())
def test_rounds_never_repeat_a_position(
    spans: list[Span], stride: int, count: int, rounds: int, is_large: bool
) -> None:
    planned, expected = PlannedPlaces(spans, stride), slow_plan(spans, stride)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planned_places, "_LISTED", 0 if is_large else 2**21)
        parts = [listed(part) for part in planned.draw_rounds(count, rounds, Random(0))]
    places = [place for part in parts for place in part]
    assert len(set(places)) == len(places)
    assert set(places) <= set(expected)
    assert all(len(part) <= count for part in parts)
    assert len(parts) <= rounds
    if len(expected) <= count * rounds and not is_large:
        assert len(places) == len(expected)


def test_lists_of_places_are_joined() -> None:
    first = plan_contigs({"a": 2}, ("+",)).draw(2, Random(0))
    both = join_places(first, plan_contigs({"b": 1}, ("-",)).draw(1, Random(0)))
    assert listed(both) == [*listed(first), ("b", "-", 0)]
    assert listed(join_places()) == []
