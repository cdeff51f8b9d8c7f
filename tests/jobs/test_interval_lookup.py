"""Things by place, against looking at each of them."""

from __future__ import annotations

import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.jobs.interval_lookup import IntervalIndex, clip_spans
from ideep_scan.records.span import Span

SPANS = st.lists(
    st.builds(
        lambda chrom, start, length, strand: Span(chrom, start, start + length, strand),
        st.sampled_from(["a", "b"]),
        st.integers(0, 50),
        st.integers(1, 20),
        st.sampled_from("+-"),
    ),
    max_size=12,
)


@settings(max_examples=80)
@given(SPANS, st.integers(0, 60), st.integers(1, 20))
def test_those_that_share_a_position(spans, start, length):
    end = start + length
    results = IntervalIndex(spans).overlapping("a", start, end)
    assert results == [s for s in spans if s.chrom == "a" and set(range(s.start, s.end)) & set(range(start, end))]
    for complete_run, part in zip(results, clip_spans(results, start, end), strict=True):
        assert set(range(part.start, part.end)) == set(range(complete_run.start, complete_run.end)) & set(
            range(start, end)
        )
        assert (part.chrom, part.strand) == (complete_run.chrom, complete_run.strand)


def test_nothing_lies_on_a_contig_without_things():
    assert IntervalIndex(toys.world().transcripts).overlapping("chr2", 0, 10**9) == []
    assert IntervalIndex([]).first(3) == []


def test_the_first_in_the_order_given():
    spans = [Span("b", 5, 6, "+"), Span("b", 1, 2, "-"), Span("a", 0, 1, "+")]
    assert IntervalIndex(spans).first(2) == spans[:2]
    assert IntervalIndex(spans).first(9) == spans
