"""Sites from scores, whatever places the tracks are cut at."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import MODALITIES

from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.site_caller import CallSettings, SiteCaller

NAN = float("nan")
lines = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, NAN, NAN]), max_size=60)
cuts = st.lists(st.integers(0, 60), max_size=5)


def track(values: list[float], start: int = 0, strand: Strand = "+", chrom: str = "c") -> ScoreTrack:
    return ScoreTrack(chrom, strand, start, np.array(values, np.float32))


def call(tracks: list[ScoreTrack], gap: int = 1, strands: tuple[Strand, ...] = STRANDS) -> list[Hit]:
    caller = SiteCaller(CallSettings(0.5, gap), strands)
    return [hit for item in tracks for hit in caller.feed(item)] + caller.flush()


def cut(values: list[float], places: list[int], strand: Strand) -> list[ScoreTrack]:
    """The same line in pieces, those without a score left out."""
    edges = [0, *sorted(place for place in places if place < len(values)), len(values)]
    pieces = [track(values[a:b], a, strand) for a, b in pairwise(edges)]
    return [piece for piece in pieces if not np.isnan(piece.values).all()]


def test_a_site_reaches_over_a_gap_and_a_boundary() -> None:
    tracks = [track([0.0, 0.6], 10), track([0.1, 0.9, 0.0, 0.0, 0.5], 12)]
    assert call(tracks) == [Hit("c", 11, 14, "+", 13, pytest.approx(0.9)), Hit("c", 16, 17, "+", 16, 0.5)]


@settings(max_examples=60, deadline=None)
@given(lines, cuts, st.integers(1, 25), st.sampled_from(STRANDS))
def test_the_gap_is_measured_in_steps_of_the_stride(
    values: list[float], places: list[int], stride: int, strand: Strand
) -> None:
    """Scores of every `stride`th position: neighbours at the threshold are one site, and so over 10 nt in steps."""
    spread = [NAN] * (len(values) * stride)
    spread[::stride] = values
    caller = SiteCaller(CallSettings(0.5, stride=stride))
    results = [hit for item in cut(spread, [p * stride for p in places], strand) for hit in caller.feed(item)]
    results += caller.flush()
    steps = call(cut(values, places, strand), gap=-(-11 // stride) - 1)
    assert [(h.start // stride, (h.end - 1) // stride + 1, h.summit // stride) for h in results] == [
        (h.start, h.end, h.summit) for h in steps
    ]
    assert all((h.start % stride, (h.end - 1) % stride) == (0, 0) for h in results)


def test_what_lies_between_two_tracks_is_a_gap() -> None:
    pair = [track([0.5], 10), track([0.75], 12)]
    assert call(pair, gap=1) == [Hit("c", 10, 13, "+", 12, 0.75)]
    assert len(call(pair, gap=0)) == 2


@pytest.mark.parametrize("pieces", [[], [3], [2, 4]])
@pytest.mark.parametrize(("strand", "summit"), [("+", 1), ("-", 4)])
def test_the_first_summit_5_to_3_of_equal_ones(pieces: list[int], strand: Strand, summit: int) -> None:
    (hit,) = call(cut([0.5, 0.75, 0.5, 0.5, 0.75, 0.5], pieces, strand))
    assert (hit.start, hit.end, hit.summit) == (0, 6, summit)


@settings(max_examples=100, deadline=None)
@given(lines, lines, cuts, cuts, st.integers(0, 4))
def test_hits_do_not_depend_on_where_chunks_are_cut(
    plus: list[float], minus: list[float], plus_cuts: list[int], minus_cuts: list[int], gap: int
) -> None:
    whole = call([track(plus, 0, "+"), track(minus, 0, "-")], gap)
    pieces = cut(plus, plus_cuts, "+") + cut(minus, minus_cuts, "-")
    assert call(sorted(pieces, key=lambda piece: piece.start), gap) == whole
    assert [(hit.start, hit.end) for hit in whole] == sorted((hit.start, hit.end) for hit in whole)


@settings(max_examples=60, deadline=None)
@given(lines, cuts, st.integers(0, 4))
def test_mirrored_scores_give_mirrored_hits(values: list[float], places: list[int], gap: int) -> None:
    n = len(values)
    there = call(cut(values, places, "+"), gap)
    back = call(cut(values[::-1], places, "-"), gap)
    assert [Hit("c", n - h.end, n - h.start, "-", n - 1 - h.summit, h.score) for h in there][::-1] == back


@settings(max_examples=60, deadline=None)
@given(lines, cuts, st.sampled_from(STRANDS), st.integers(0, 4))
def test_a_site_has_the_driver_of_its_summit(values: list[float], places: list[int], strand: Strand, gap: int) -> None:
    output = np.arange(len(values)) % (len(MODALITIES) + 1) - 1
    pieces = [
        replace(piece, drivers=output[piece.start : piece.start + len(piece.values)].astype(np.int8))
        for piece in cut(values, places, strand)
    ]
    results = call(pieces, gap)
    assert [hit.driver for hit in results] == [(None, *MODALITIES)[output[hit.summit] + 1] for hit in results]
    assert [replace(hit, driver=None) for hit in results] == call(cut(values, places, strand), gap)


def test_sites_come_as_soon_as_nothing_earlier_can() -> None:
    caller = SiteCaller(CallSettings(0.5, 1))
    assert caller.feed(track([0.6, 0.0, 0.0, 0.7])) == []
    assert caller.feed(track([0.0, 0.9, 0.0, 0.0], strand="-")) == [
        Hit("c", 0, 1, "+", 0, pytest.approx(0.6)),
        Hit("c", 1, 2, "-", 1, pytest.approx(0.9)),
    ]
    assert [hit.start for hit in caller.flush()] == [3]
    one = SiteCaller(CallSettings(0.5, 1), strands=("+",))
    assert [hit.start for hit in one.feed(track([0.6, 0.0, 0.0, 0.0]))] == [0]


def test_a_new_contig_closes_the_sites_of_the_last() -> None:
    results = call([track([0.0, 0.6], 50, "+", "b"), track([0.7], 51, "-", "b"), track([0.8], 0, "+", "a")])
    assert [(hit.chrom, hit.start, hit.strand) for hit in results] == [("b", 51, "+"), ("b", 51, "-"), ("a", 0, "+")]


def test_tracks_out_of_order_are_refused() -> None:
    caller = SiteCaller(CallSettings())
    caller.feed(track([0.5, 0.5], 10))
    with pytest.raises(ValueError, match="before the end"):
        caller.feed(track([0.5], 11))


def test_scores_are_not_rounded_before_they_are_called() -> None:
    assert call([track([0.49999])]) == []
