"""Loci of windows, against a loop."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.records.places import Places
from ideep_scan.records.span import Span
from ideep_scan.train.loci import find_loci, mark_loci

cuts = st.lists(st.integers(0, 40), unique=True, max_size=8).map(sorted)
strand_cuts = st.fixed_dictionaries({(c, s): cuts for c in ("chr1", "chr2") for s in "+-"})
places = st.lists(st.tuples(st.sampled_from(["chr1", "chr2", "chr3"]), st.sampled_from("+-"), st.integers(0, 41)))


@settings(max_examples=50, deadline=None)
@given(strand_cuts, places)
def test_the_locus_of_a_place(cuts_of, rows):
    spans = [
        Span(chrom, start, end, strand)
        for (chrom, strand), ends in cuts_of.items()
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    ]
    slow = [
        next((i for i, s in enumerate(spans) if (s.chrom, s.strand) == row[:2] and s.start <= row[2] < s.end), -1)
        for row in rows
    ]
    chrom, strand, centre = zip(*rows, strict=True) if rows else ((), (), ())
    loci = find_loci(Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64)), spans)
    assert loci.tolist() == slow


def test_places_outside_of_loci_mark_nothing():
    marks = mark_loci(np.array([1, -1, 1]), np.array([0, 1, 0]), shape=(2, 2))
    assert marks.tolist() == [[False, False], [True, False], [False, False]]
