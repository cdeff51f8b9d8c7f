"""Pieces of a transcript: both strands, cut at the ends of the view, and the way back to the genome."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.span import STRANDS
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.transcript_pieces import TranscriptMap


@st.composite
def annotated(draw: st.DrawFn) -> Transcript:
    edges = [draw(st.integers(0, 30))]
    for _ in range(draw(st.integers(1, 5))):
        edges += [draw(st.integers(1, 20)), draw(st.integers(1, 25))]
    exons = np.cumsum(edges)[: len(edges) // 2 * 2].reshape(-1, 2)
    return Transcript("t", "g", "G", "chr1", draw(st.sampled_from(STRANDS)), exons)


def unspliced(item: Transcript) -> list[int]:
    """Genome positions 5'→3'."""
    positions = list(range(item.start, item.end))
    return positions if item.strand == "+" else positions[::-1]


@given(annotated())
def test_exons_lie_where_their_bases_are_along_both_ways(item: Transcript) -> None:
    places, order = TranscriptMap(item), unspliced(item)
    assert len(places) == len(order)
    spliced = [place for place in order if any(start <= place < end for start, end in item.exons)]
    for exon in places.exons:
        bases = order[exon.start : exon.end]
        assert spliced[exon.position : exon.position + len(bases)] == bases
    assert sum(exon.end - exon.start for exon in places.exons) == len(spliced)


@given(annotated(), st.data())
def test_pieces_cover_what_is_in_view_and_their_blocks_have_its_bases(item: Transcript, data: st.DataObject) -> None:
    places, order = TranscriptMap(item), unspliced(item)
    first = data.draw(st.integers(0, len(order) - 1))
    last = data.draw(st.integers(first + 1, len(order)))
    step = data.draw(st.integers(1, 9))
    for introns in ("folded", "scale"):
        pieces = places.cut(first, last, step=step, introns=introns, fold=4)
        assert [place for piece in pieces for place in range(piece.start, piece.end)] == list(range(first, last))
    exons = places.cut(first, last, step=step, introns="none", fold=4)
    assert exons == [piece for piece in pieces if piece.is_exon]
    for piece in pieces:
        assert set(range(*piece.block)) == set(order[piece.start : piece.end])
        assert piece.bins == -(-(piece.end - piece.start) // step)


@given(annotated(), st.data())
def test_an_interval_of_the_genome_is_clipped_and_read_from_the_5_end(item: Transcript, data: st.DataObject) -> None:
    places, order = TranscriptMap(item), unspliced(item)
    position = data.draw(st.integers(item.start, item.end - 1))
    interval = places.find_interval(position, position + 1)
    assert interval is not None
    assert (order[interval[0]], interval[1]) == (position, interval[0] + 1)
    assert places.find_interval(item.start - 2, item.start) is places.find_interval(item.end, item.end + 1) is None
    assert places.find_interval(item.start - 5, item.end + 5) == (0, len(order))


def test_the_coding_part_is_counted_along_the_spliced_transcript_on_both_strands() -> None:
    exons = np.array([(10, 20), (30, 50)])
    assert TranscriptMap(Transcript("t", "g", "G", "c", "+", exons, (15, 40))).find_coding_part() == (5, 20)
    assert TranscriptMap(Transcript("t", "g", "G", "c", "-", exons, (15, 40))).find_coding_part() == (10, 25)
    assert TranscriptMap(Transcript("t", "g", "G", "c", "-", exons)).find_coding_part() is None
