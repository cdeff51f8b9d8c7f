"""Sites from scores, whatever places the tracks are cut at."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import MODALITIES

from ideep_scan.kernels.smoothing import smooth_scores
from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.call_settings import REACH, CallSettings
from ideep_scan.scan.site_caller import SiteCaller, find_summits

NAN = float("nan")
runs = st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, NAN, NAN]), st.integers(1, 70)), max_size=12)
lines = runs.map(lambda items: [value for value, length in items for _ in range(length)])
cuts = st.lists(st.integers(0, 800), max_size=5)
widths = st.sampled_from([0, 8, 120])


def track(values: list[float], start: int = 0, strand: Strand = "+", chrom: str = "c") -> ScoreTrack:
    return ScoreTrack(chrom, strand, start, np.array(values, np.float32))


def call(tracks: list[ScoreTrack], smoothing: int = 0, threshold: float = 0.5) -> list[Hit]:
    caller = SiteCaller(CallSettings(threshold, smoothing))
    return [hit for item in tracks for hit in caller.feed(item)] + caller.flush()


def cut(values: list[float], places: list[int], strand: Strand) -> list[ScoreTrack]:
    """The same line in pieces."""
    edges = sorted({0, *(place for place in places if place < len(values)), len(values)})
    return [track(values[a:b], a, strand) for a, b in pairwise(edges)]


def test_a_site_reaches_over_low_scores_and_a_boundary() -> None:
    tracks = [track([0.0, 0.6], 10), track([0.1, 0.9, *[0.0] * 50, 0.5], 12)]
    assert call(tracks) == [Hit("c", 11, 14, "+", 13, pytest.approx(0.9)), Hit("c", 64, 65, "+", 64, 0.5)]


def test_a_plateau_is_several_sites() -> None:
    sites = call([track([0.75] * 500)])
    assert [site.summit for site in sites] == list(range(0, 500, REACH + 1))
    assert all(site.end == following.start for site, following in pairwise(sites))
    assert max(site.end - site.start for site in sites) <= 2 * REACH + 1


def test_what_lies_between_two_tracks_is_not_scored() -> None:
    assert call([track([0.5], 10), track([0.75], 12)]) == [Hit("c", 10, 13, "+", 12, 0.75)]


@pytest.mark.parametrize("pieces", [[], [3], [2, 4]])
@pytest.mark.parametrize(("strand", "summit"), [("+", 1), ("-", 4)])
def test_the_first_summit_5_to_3_of_equal_ones(pieces: list[int], strand: Strand, summit: int) -> None:
    (hit,) = call(cut([0.5, 0.75, 0.5, 0.5, 0.75, 0.5], pieces, strand))
    assert (hit.start, hit.end, hit.summit) == (0, 6, summit)


@settings(max_examples=80, deadline=None)
@given(lines, lines, cuts, cuts, widths)
def test_hits_do_not_depend_on_where_chunks_are_cut(
    plus: list[float], minus: list[float], plus_cuts: list[int], minus_cuts: list[int], width: int
) -> None:
    whole = call([track(plus, 0, "+"), track(minus, 0, "-")], width)
    pieces = cut(plus, plus_cuts, "+") + cut(minus, minus_cuts, "-")
    assert call(sorted(pieces, key=lambda piece: piece.start), width) == whole
    assert [(hit.start, hit.end) for hit in whole] == sorted((hit.start, hit.end) for hit in whole)


@settings(max_examples=60, deadline=None)
@given(lines, cuts)
def test_pieces_without_a_score_may_be_left_out(values: list[float], places: list[int]) -> None:
    pieces = cut(values, places, "+")
    assert call([piece for piece in pieces if not np.isnan(piece.values).all()]) == call(pieces)


@settings(max_examples=60, deadline=None)
@given(lines, cuts, widths)
def test_mirrored_scores_give_mirrored_hits(values: list[float], places: list[int], width: int) -> None:
    n = len(values)
    there = call(cut(values, places, "+"), width)
    back = call(cut(values[::-1], places, "-"), width)
    assert [Hit("c", n - h.end, n - h.start, "-", n - 1 - h.summit, h.score) for h in there][::-1] == back


@settings(max_examples=60, deadline=None)
@given(lines, cuts, st.sampled_from(STRANDS), widths, st.sampled_from([0.1, 0.5, 0.7]))
def test_sites_are_all_summits_that_reach_the_threshold(
    values: list[float], places: list[int], strand: Strand, width: int, threshold: float
) -> None:
    positions, scores = find_summits(track(values, 0, strand), width)
    reached = scores >= np.float32(threshold)
    sites = call(cut(values, places, strand), width, threshold)
    assert [(site.summit, np.float32(site.score)) for site in sites] == list(
        zip(positions[reached].tolist(), scores[reached], strict=True)
    )
    assert all(site.start <= site.summit < site.end for site in sites)


@settings(max_examples=60, deadline=None)
@given(lines, cuts, st.sampled_from(STRANDS), widths)
def test_a_site_has_the_driver_of_its_highest_score(
    values: list[float], places: list[int], strand: Strand, width: int
) -> None:
    output = np.arange(len(values)) % (len(MODALITIES) + 1) - 1
    pieces = [
        replace(piece, drivers=output[piece.start : piece.start + len(piece.values)].astype(np.int8))
        for piece in cut(values, places, strand)
    ]
    results = call(pieces, width)
    for hit in results:
        scores = np.array(values[hit.start : hit.end])
        sharpest = hit.summit if not width else hit.start + int(np.nanargmax(scores))
        assert hit.driver == (None, *MODALITIES)[output[sharpest] + 1]
    assert [replace(hit, driver=None) for hit in results] == call(cut(values, places, strand), width)


def test_a_smoothed_summit_lies_amid_high_scores() -> None:
    values = np.full(400, 0.01, np.float32)
    values[150:250] = 0.9
    values[20] = 0.99  # alone: its neighbours score low
    (site,) = call([ScoreTrack("c", "+", 0, values)], 120)
    assert 189 <= site.summit <= 210
    assert site.score == smooth_scores(values, 60)[site.summit]


def test_sites_come_as_soon_as_nothing_earlier_can() -> None:
    low = [0.0] * REACH
    caller = SiteCaller(CallSettings(0.5))
    assert caller.feed(track([0.6, *low, 0.7])) == []
    assert caller.feed(track([0.0, 0.9, *low, 0.0], strand="-")) == [
        Hit("c", 0, 1, "+", 0, pytest.approx(0.6)),
        Hit("c", 1, 2, "-", 1, pytest.approx(0.9)),
    ]
    assert [hit.start for hit in caller.flush()] == [51]
    one = SiteCaller(CallSettings(0.5), strands=("+",))
    assert [hit.start for hit in one.feed(track([0.6, *low, 0.0]))] == [0]


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


def test_the_highest_score_is_noted() -> None:
    caller = SiteCaller(CallSettings())
    assert caller.highest is None
    caller.feed(track([NAN, NAN]))
    assert caller.highest is None
    caller.feed(track([0.2, NAN], 2))
    caller.feed(track([0.1], strand="-"))
    caller.flush()
    assert caller.highest == pytest.approx(0.2)
