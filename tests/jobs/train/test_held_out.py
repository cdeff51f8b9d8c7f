"""Test held-out stretches: no window of training or validation reaches into one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.jobs.train.held_out import find_held_out
from ideep_scan.records.places import Places
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
