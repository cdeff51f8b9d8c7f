"""The centre of a span."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.span import Span


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
