"""Isoforms: positions along joined exons, to the genome and back, on both strands."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk

CONTIGS = {"chr1": 400, "chr2": 400}


def transcript(exons: list[tuple[int, int]], strand: Strand = "+", name: str = "t", chrom: str = "chr1") -> Transcript:
    return Transcript(name, "g", "G", chrom, strand, np.array(exons, np.int64))


@st.composite
def annotated(draw: st.DrawFn) -> Transcript:
    """A transcript of one to six exons; neighbours may touch."""
    edges = [draw(st.integers(0, 30))]
    for _ in range(draw(st.integers(1, 6))):
        edges += [draw(st.integers(1, 20)), draw(st.integers(0, 25))]
    cuts = np.cumsum(edges)
    return transcript(
        [(int(a), int(b)) for a, b in zip(cuts[:-1:2], cuts[1::2], strict=True)], draw(st.sampled_from(STRANDS))
    )


def naive(item: Transcript) -> list[int]:
    """Genome positions 5'→3'."""
    positions = [place for start, end in item.exons.tolist() for place in range(start, end)]
    return positions if item.strand == "+" else positions[::-1]


@given(annotated())
def test_positions_are_those_of_the_walk_and_lead_back(item: Transcript) -> None:
    isoforms = Isoforms([item], CONTIGS)
    expected = naive(item)
    assert isoforms.lengths == {"t": len(expected)}
    places = isoforms.find_positions("t", np.arange(len(expected)))
    assert places.tolist() == expected
    assert isoforms.locate(Walk("t", "+", ((0, len(expected)),))).positions().tolist() == expected
    back = [isoforms.find_intervals("t", np.array([(place, place + 1)])) for place in expected]
    assert back == [[(number, number + 1)] for number in range(len(expected))]


@given(annotated(), st.data())
def test_an_interval_has_its_blocks_and_the_blocks_give_the_interval(item: Transcript, data: st.DataObject) -> None:
    isoforms = Isoforms([item], CONTIGS)
    expected = naive(item)
    start = data.draw(st.integers(0, len(expected) - 1))
    end = data.draw(st.integers(start + 1, len(expected)))
    blocks = isoforms.find_blocks("t", start, end)
    covered = [place for first, last in blocks for place in range(first, last)]
    assert covered == sorted(expected[start:end])
    assert all(a[1] < b[0] for a, b in pairwise(blocks))
    walk = isoforms.locate(Walk("t", "+", ((start, end),)))
    assert isoforms.find_intervals("t", np.array(walk.blocks)) == [(start, end)]


@given(annotated(), st.integers(1, 60), st.integers(1, 60))
def test_the_genome_continues_beyond_the_ends(item: Transcript, before: int, after: int) -> None:
    isoforms = Isoforms([item], CONTIGS)
    inside = naive(item)
    step = 1 if item.strand == "+" else -1
    left = [inside[0] - step * number for number in range(before, 0, -1)]
    right = [inside[-1] + step * number for number in range(1, after + 1)]
    walk = isoforms.locate(Walk("t", "+", ((-before, len(inside) + after),)))
    assert walk.positions().tolist() == left + inside + right
    assert isoforms.locate(Walk("t", "+", ((-before, 0),))).positions().tolist() == left
    assert isoforms.find_positions("t", np.arange(-before, len(inside) + after)).tolist() == left + inside + right


@given(annotated())
def test_blocks_of_several_windows_keep_their_order(item: Transcript) -> None:
    isoforms = Isoforms([item], CONTIGS)
    walk = Walk("t", "+", ((-2, 3), (1, 6), (5, 9)))
    parts = [isoforms.locate(Walk("t", "+", (block,))).positions() for block in walk.blocks]
    assert isoforms.locate(walk).positions().tolist() == np.concatenate(parts).tolist()


def test_loci_are_in_genome_order_and_whole() -> None:
    items = [
        transcript([(50, 60)], "+", "late"),
        transcript([(5, 20)], "-", "minus"),
        transcript([(20, 30)], "+", "touches"),
        transcript([(10, 12), (18, 20)], "+", "first"),
        transcript([(0, 9)], "+", "other", "chr2"),
        transcript([(0, 9)], "+", "lost", "chr9"),
    ]
    isoforms = Isoforms(items, CONTIGS)
    assert list(isoforms.lengths) == ["minus", "first", "touches", "late", "other"]
    assert [isoforms.find_locus(name)[1] for name in isoforms.lengths] == [5, 10, 10, 50, 0]


def test_equal_ids_get_names_of_their_own() -> None:
    items = [transcript([(5, 20)]), transcript([(50, 60)]), transcript([(5, 20)], chrom="chr2")]
    isoforms = Isoforms(items, CONTIGS)
    assert list(isoforms.lengths) == ["t (chr1:6-20 +)", "t (chr1:51-60 +)", "t (chr2:6-20 +)"]
    assert [isoforms.get_transcript(isoforms.get_name(item)) for item in items] == items
