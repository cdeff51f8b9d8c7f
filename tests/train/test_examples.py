"""Choosing examples, against loops over every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import transcript

from ideep_scan.records.places import Places
from ideep_scan.records.transcript import Transcript
from ideep_scan.train.examples import Examples, join, mark_in_genes_of, mark_in_regions, mark_overlapping

WINDOW = 7
HALF = WINDOW // 2
Place = tuple[str, str, int]
place = st.tuples(st.sampled_from(["chr1", "chr2"]), st.sampled_from("+-"), st.integers(0, 60))
places = st.lists(place, max_size=10)


def pack(rows: list[Place]) -> Places:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return Places(np.array(columns[0], object), np.array(columns[1], object), np.array(columns[2], np.int64))


def examples(rows: list[tuple[Place, int]]) -> Examples:
    return Examples(pack([at for at, _ in rows]), np.array([label for _, label in rows], np.int8))


def rows_of(found: Examples) -> list[tuple[Place, int]]:
    of = found.places
    return [
        ((c, s, int(x)), int(label)) for c, s, x, label in zip(of.chrom, of.strand, of.centre, found.label, strict=True)
    ]


def touches(at: Place, chrom: str, start: int, end: int) -> bool:
    """Whether a window shares a base with `[start, end)`."""
    return at[0] == chrom and start < end and at[2] - HALF < end and start <= at[2] + HALF


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(place, st.integers(0, 1)), max_size=8), min_size=1, max_size=3))
def test_joined_holds_each_place_once_and_sites_win(parts):
    slow: dict[Place, int] = {}
    for at, label in (row for part in parts for row in part):
        slow[at] = max(label, slow.get(at, 0))
    results = join(examples(part) for part in parts)
    assert dict(rows_of(results)) == slow
    assert len(results) == len(slow)
    order = [(chrom, centre, strand) for (chrom, strand, centre), _ in rows_of(results)]
    assert order == sorted(order)


def test_examples_can_be_picked():
    results = examples([(("chr1", "+", 5), 1), (("chr1", "-", 5), 0), (("chr2", "+", 1), 1)])
    assert rows_of(results[np.array([2, 0])]) == [(("chr2", "+", 1), 1), (("chr1", "+", 5), 1)]
    assert rows_of(results[results.label == 0]) == [(("chr1", "-", 5), 0)]


@settings(max_examples=80, deadline=None)
@given(places, places)
def test_overlapping_equals_the_slow_twin(own, others):
    slow = [any(touches(at, c, x - HALF, x + HALF + 1) for c, _, x in others) for at in own]
    assert mark_overlapping(pack(own), pack(others), WINDOW).tolist() == slow


def test_windows_that_touch_share_no_base():
    own = pack([("chr1", "+", 100)] * 4)
    others = pack([("chr1", "-", 100 + WINDOW - 1)])
    assert mark_overlapping(own, others, WINDOW).all()
    assert not mark_overlapping(own, pack([("chr1", "-", 100 + WINDOW), ("chr1", "+", 100 - WINDOW)]), WINDOW).any()


regions = st.lists(
    st.tuples(st.sampled_from(["chr1", "chr2", "chrX"]), st.integers(0, 60), st.integers(0, 20)).map(
        lambda r: (r[0], r[1], r[1] + r[2])
    ),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(places, regions)
def test_in_regions_equals_the_slow_twin(own, stretches):
    slow = [any(touches(at, *stretch) for stretch in stretches) for at in own]
    assert mark_in_regions(pack(own), stretches, WINDOW).tolist() == slow


@st.composite
def annotations(draw: st.DrawFn) -> list[Transcript]:
    results = []
    for i in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, 60))
        exons = [(start, start + draw(st.integers(1, 15)))]
        chrom, gene = draw(st.sampled_from(["chr1", "chr2"])), draw(st.sampled_from("GHK"))
        results.append(transcript(exons, None, draw(st.sampled_from("+-")), gene, chrom, f"T{i}"))
    return results


@settings(max_examples=100, deadline=None)
@given(places, places, annotations())
def test_in_genes_of_equals_the_slow_twin(own, held, transcripts):
    def touched(at: Place, gene: tuple[str, str]) -> bool:
        return any(touches(at, t.chrom, t.start, t.end) for t in transcripts if (t.chrom, t.gene_id) == gene)

    genes = {(t.chrom, t.gene_id) for t in transcripts}
    taken = {gene for gene in genes if any(touched(at, gene) for at in held)}
    slow = [any(touched(at, gene) for gene in taken) for at in own]
    assert mark_in_genes_of(pack(own), pack(held), transcripts, WINDOW).tolist() == slow


@pytest.mark.parametrize(
    ("at", "out"),
    [
        (("chr1", "+", 250), True),  # another exon's isoform of the same gene
        (("chr1", "-", 250), True),  # antisense of it
        (("chr1", "+", 400), False),  # another gene
        (("chr2", "+", 150), False),  # the same id on another contig, which holds no test window
        (("chr1", "+", 303), False),
        (("chr1", "+", 302), True),
    ],
)
def test_genes_of_held_windows(at, out):
    transcripts = [
        transcript([(100, 200)], gene="G"),
        transcript([(180, 300)], gene="G", name="T2"),
        transcript([(390, 450)], gene="H"),
        transcript([(100, 200)], gene="G", chrom="chr2"),
    ]
    held = pack([("chr1", "-", 110)])
    assert mark_in_genes_of(pack([at]), held, transcripts, WINDOW).tolist() == [out]


def test_nothing_held_takes_nothing_out():
    own, none = pack([("chr1", "+", 5)]), pack([])
    assert mark_overlapping(own, none, WINDOW).tolist() == [False]
    assert mark_in_regions(own, [], WINDOW).tolist() == [False]
    assert mark_in_genes_of(own, none, [transcript([(0, 9)])], WINDOW).tolist() == [False]
    assert mark_overlapping(none, own, WINDOW).size == 0
