"""The middle of an interval, and sequences cut around theirs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.records.packed import CONTIG, PackedWindows, central
from ideep_scan.records.span import Span, middle

SEQUENCE = st.lists(st.integers(0, 4), min_size=1, max_size=30).map(lambda codes: np.array(codes, np.int8))


@given(st.integers(0, 200), st.integers(1, 200), st.sampled_from("+-"), st.integers(0, 50))
def test_the_centre_of_a_mirrored_interval_is_the_mirrored_centre(start, width, strand, beyond):
    length = start + width + beyond
    there = Span("c", length - start - width, length - start, "-" if strand == "+" else "+")
    centre = Span("c", start, start + width, strand).centre
    assert there.centre == length - 1 - centre
    assert start <= centre < start + width
    assert abs((start + start + width - 1) / 2 - centre) <= 0.5


@pytest.mark.parametrize(
    ("span", "centre"),
    [
        (Span("c", 10, 11, "+"), 10),
        (Span("c", 10, 13, "+"), 11),
        (Span("c", 10, 13, "-"), 11),
        (Span("c", 10, 14, "+"), 12),
        (Span("c", 10, 14, "-"), 11),
    ],
)
def test_of_two_middle_bases_the_one_on_the_3_side(span, centre):
    assert span.centre == centre


@settings(max_examples=200, deadline=None)
@given(st.lists(SEQUENCE, max_size=6), st.sampled_from([1, 3, 11]), st.integers(0, 3))
def test_packed_windows_are_those_around_the_centres(sequences, window, max_unknown):
    packed = PackedWindows(sequences, window)
    places, half = packed.places(), window // 2
    scored = packed.scorable(max_unknown)
    assert len(places) == len(scored) == len(sequences)
    assert packed.contigs == {CONTIG: window * len(sequences)}
    for i, codes in enumerate(sequences):
        padded = np.concatenate([np.full(half, UNKNOWN), codes, np.full(half, UNKNOWN)])
        expected = padded[middle(codes.size) : middle(codes.size) + window]
        centre = int(places.centre[i])
        assert packed.codes(CONTIG, centre - half, centre + half + 1).tolist() == expected.tolist()
        own = codes[max(0, middle(codes.size) - half) : middle(codes.size) + half + 1]
        assert scored[i] == (codes[middle(codes.size)] != UNKNOWN and np.sum(own == UNKNOWN) <= max_unknown)


@given(SEQUENCE, st.sampled_from([1, 3, 11]))
def test_what_is_cut_keeps_its_centre(codes, window):
    part = central(codes, window)
    assert part.size == min(codes.size, window)
    assert part[middle(part.size)] == codes[middle(codes.size)]
    assert PackedWindows([part], window).codes(CONTIG, 0, window).tolist() == (
        PackedWindows([codes], window).codes(CONTIG, 0, window).tolist()
    )


def test_past_the_ends_nothing_is_known():
    packed = PackedWindows([np.array([0, 1, 2], np.int8)], 3)
    assert packed.codes(CONTIG, -2, 5).tolist() == [4, 4, 0, 1, 2, 4, 4]
    assert packed.codes(CONTIG, 5, 7).tolist() == [4, 4]
