"""Test held-out stretches: no window of training or validation reaches into one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.jobs.train.held_out import HeldOut, HeldOutScan, find_held_out
from ideep_scan.models.tile_scores import TileScorer
from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.train.training_data import SAME_TRANSCRIPT, SITE, TEST, TRAIN, VALIDATION, TrainingData

LOCI = (
    Span("a", 0, 3000, "+"),
    Span("a", 4000, 6000, "+"),
    Span("b", 0, 2000, "+"),
    Span("b", 3000, 4000, "+"),
    Span("c", 0, 500, "+"),
)


def make_data(rows: list[tuple[int, int, int, int]]) -> TrainingData:
    locus, offset, part, kind = (np.array(column) for column in zip(*rows, strict=True))
    chrom = np.array([LOCI[number].chrom for number in locus], object)
    centre = np.array([LOCI[number].start for number in locus]) + offset
    places = Places(chrom, np.full(len(rows), "+", object), centre)
    label = (kind == SITE).astype(np.int8)
    return TrainingData(places, label, part.astype(np.int8), kind.astype(np.int8), label.astype(np.float32), locus)


def test_loci_of_test_windows_and_the_others_of_their_contig_are_held_out() -> None:
    rows = [
        (0, 100, TEST, SITE),
        (0, 900, TEST, SAME_TRANSCRIPT),
        (1, 100, TRAIN, SITE),
        (2, 200, TEST, SAME_TRANSCRIPT),
    ]
    held_out = find_held_out(make_data(rows), LOCI, 50)
    assert held_out.spans == (LOCI[0], LOCI[2], LOCI[3])
    assert held_out.bound.tolist() == [True, False, False]
    assert held_out.loci.tolist() == [0, 2, 3]
    assert find_held_out(make_data(rows), LOCI, 50, VALIDATION).spans == ()


def test_nothing_is_held_out_without_test_windows() -> None:
    assert find_held_out(make_data([(0, 100, TRAIN, SITE)]), LOCI, 50).spans == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 2]),
            st.integers(0, 1999),
            st.sampled_from([TRAIN, VALIDATION, TEST]),
            st.sampled_from([SITE, SAME_TRANSCRIPT]),
        ),
        min_size=1,
        unique_by=lambda row: row[:2],
    ),
    st.sampled_from([VALIDATION, TEST]),
)
def test_no_other_window_is_centred_in_a_held_out_stretch_beyond_its_margin(
    rows: list[tuple[int, int, int, int]], part: int
) -> None:
    data = make_data(rows)
    held_out = find_held_out(data, LOCI, 50, part)
    for span in held_out.spans:
        inside = (data.places.chrom == span.chrom) & (span.start + 50 <= data.places.centre)
        inside &= data.places.centre < span.end - 50
        assert (data.part[inside] == part).all()


class InventedScan(HeldOutScan):
    """A scan whose scores are invented: high at sites, and at one more position of each piece."""

    def _score(self, piece: Span, scorer: TileScorer) -> ScoreTrack:
        values = np.full(len(piece), 0.1, np.float32)
        for point in [*(self._find_points(piece) - piece.start).tolist(), 5000]:
            values[max(point - 30, 0) : point + 31] = 0.9
        return ScoreTrack(piece.chrom, piece.strand, piece.start, values)


@pytest.mark.parametrize(("budget", "sites"), [(8_000_000, 12), (4_000_000, 12), (200_000, 10)])
def test_a_sample_of_bound_transcripts_stands_for_all(budget: int, sites: int) -> None:
    points = np.arange(33_000, 2_000_000, 170_000)
    span = Span("c", 0, 2_000_000, "+")
    held_out = HeldOut((span,), np.array([3]), np.array([True]))
    nothing: Any = None
    scan = InventedScan(held_out, {("c", "+"): points}, nothing, nothing, nothing, budget)
    scores = scan.judge(nothing, 0)
    assert len(scores.join("peaks")) == sites
    assert sum(scores.judged) == pytest.approx(2_000_000 * sites / 12, rel=0.05)
    assert sum(scores.near) == 101 * sites
    hits = scores.join("hits")[scores.join("calls") > 0]
    assert hits.sum() == sites
    assert len(hits) == pytest.approx((100 + 12) * sites / 12, rel=0.05)
