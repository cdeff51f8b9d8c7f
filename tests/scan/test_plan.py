"""Loci, chunks and walks: every position to scan once, in its place, with its window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.span import Region, Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.plan import cut_chunks, plan_loci, plan_tiles

few = settings(max_examples=60, deadline=None)
CONTIGS = {"b": 60, "a": 40}
intervals = st.tuples(st.integers(0, 55), st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))
strands = st.sampled_from(["+", "-"])


def transcript(start: int, end: int, strand: Strand = "+", chrom: str = "b", gene: str = "G") -> Transcript:
    return Transcript(f"{gene}.t", f"{gene}.1", gene.lower(), chrom, strand, np.array([(start, end)]))


def covered(spans: list[Span], chrom: str, strand: Strand) -> list[int]:
    return [p for span in spans if (span.chrom, span.strand) == (chrom, strand) for p in range(span.start, span.end)]


def test_without_annotation_whole_contigs_on_both_strands_in_the_order_of_the_fasta() -> None:
    assert list(plan_loci(CONTIGS)) == [
        Span("b", 0, 60, "+"),
        Span("b", 0, 60, "-"),
        Span("a", 0, 40, "+"),
        Span("a", 0, 40, "-"),
    ]


def test_only_the_strand_asked_for() -> None:
    assert list(plan_loci(CONTIGS, strands=("-",))) == [Span("b", 0, 60, "-"), Span("a", 0, 40, "-")]


def test_overlapping_transcripts_are_one_locus_per_strand() -> None:
    annotated = [transcript(30, 40), transcript(5, 20), transcript(10, 25), transcript(12, 14), transcript(15, 33, "-")]
    assert list(plan_loci(CONTIGS, annotated)) == [
        Span("b", 5, 25, "+"),
        Span("b", 30, 40, "+"),
        Span("b", 15, 33, "-"),
    ]


def test_transcripts_are_clipped_to_regions_and_to_the_contig() -> None:
    annotated = [transcript(5, 20), transcript(50, 70), transcript(0, 9, chrom="elsewhere")]
    regions = [("b", 18, 55), ("b", 10, 12), ("b", 11, 13), ("a", 0, 5)]
    expected = [Span("b", 10, 13, "+"), Span("b", 18, 20, "+"), Span("b", 50, 55, "+")]
    assert list(plan_loci(CONTIGS, annotated, regions)) == expected
    assert list(plan_loci(CONTIGS, annotated, [("b", 55, 60)])) == [Span("b", 55, 60, "+")]


def test_a_region_with_a_strand_holds_for_that_strand_alone() -> None:
    regions = [Region("b", 5, 20, "+"), Region("b", 18, 30, "-"), Region("b", 40, 45), Region("b", 19, 22, "+")]
    expected = [Span("b", 5, 22, "+"), Span("b", 40, 45, "+"), Span("b", 18, 30, "-"), Span("b", 40, 45, "-")]
    assert list(plan_loci(CONTIGS, None, regions)) == expected
    assert list(plan_loci(CONTIGS, [transcript(0, 60)], regions)) == expected[:2]
    assert list(plan_loci(CONTIGS, None, regions, ("-",))) == expected[2:]


def test_no_transcript_and_no_region_is_nothing_to_scan() -> None:
    assert list(plan_loci(CONTIGS, [])) == []
    assert list(plan_loci(CONTIGS, None, [])) == []


@few
@given(st.lists(st.tuples(intervals, strands), max_size=8), st.lists(intervals, max_size=4), st.integers(1, 70))
def test_loci_and_chunks_hold_each_position_once(
    placed: list[tuple[tuple[int, int], Strand]], asked: list[tuple[int, int]], size: int
) -> None:
    annotated = [transcript(start, end, strand) for (start, end), strand in placed]
    planned = list(plan_loci(CONTIGS, annotated, [("b", start, end) for start, end in asked]))
    pieces = list(cut_chunks(planned, size))
    for strand in ("+", "-"):
        within = {p for (start, end), s in placed if s == strand for p in range(start, min(end, 60))}
        expected = sorted(within & {p for start, end in asked for p in range(start, end)})
        assert covered(planned, "b", strand) == expected
        assert covered(pieces, "b", strand) == expected
    assert all(piece.start // size == (piece.end - 1) // size for piece in pieces)
    bins = [(piece.start // size, piece.strand) for piece in pieces]
    assert bins == sorted(bins)


def test_chunks_end_at_fixed_places_and_strands_alternate() -> None:
    pieces = list(cut_chunks([Span("b", 5, 25, "+"), Span("b", 0, 12, "-"), Span("a", 0, 3, "+")], 10))
    assert [(p.chrom, p.start, p.end, p.strand) for p in pieces] == [
        ("b", 5, 10, "+"),
        ("b", 0, 10, "-"),
        ("b", 10, 20, "+"),
        ("b", 10, 12, "-"),
        ("b", 20, 25, "+"),
        ("a", 0, 3, "+"),
    ]


def test_chunks_of_no_size_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one position"):
        list(cut_chunks([], 0))


@few
@given(
    st.lists(st.sampled_from([1, 1, 1, 1, 4]), min_size=6, max_size=150),
    st.integers(0, 1000),
    strands,
    st.integers(7, 40),
    st.integers(1, 9),
)
def test_walks_hold_each_scored_position_once_with_its_window(
    letters: list[int], start: int, strand: Strand, length: int, stride: int
) -> None:
    codes = np.array(letters, np.int8)
    span = Span("b", start, start + codes.size - 6, strand)
    seen: list[int] = []
    for walk, scored in plan_tiles(codes, span, 7, 1, walk_length=length, stride=stride):
        assert 0 < len(walk) <= length
        assert scored.size > 0
        assert np.all(np.diff(scored) > 0)
        line = walk.positions()
        step = 1 if strand == "+" else -1
        for index in scored:
            expected = line[index] + step * np.arange(-3, 4)
            assert np.array_equal(line[index - 3 : index + 4], expected)
            assert any(a <= expected.min() and expected.max() < b for a, b in walk.blocks)
        seen.extend(line[scored].tolist())
    wanted = np.flatnonzero(mark_scorable(codes, 7, 1)) + start
    assert sorted(seen) == wanted[wanted % stride == 0].tolist()


def test_an_isolated_island_becomes_one_small_block() -> None:
    codes = np.full(1000 + 100, 4, np.int8)
    codes[300:401] = 1
    codes[900:1001] = 1
    ((walk, scored),) = plan_tiles(codes, Span("b", 5000, 6000, "-"), 101, 10)
    assert walk.blocks == ((5240, 5361), (5840, 5961))
    assert scored.tolist() == [*range(50, 71), *range(171, 192)]


def test_nothing_known_gives_no_walk() -> None:
    assert list(plan_tiles(np.full(300, 4, np.int8), Span("b", 0, 200, "+"), 101, 10)) == []


def test_a_walk_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(ValueError, match="is shorter than a window"):
        next(plan_tiles(np.zeros(300, np.int8), Span("b", 0, 200, "+"), 101, 10, walk_length=100))
