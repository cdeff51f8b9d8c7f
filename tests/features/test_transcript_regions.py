"""Region types and landmarks of hand-made transcripts, and what must hold when an annotation is mirrored."""

from __future__ import annotations

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import FLIP, mirror_transcript, transcript

from ideep_scan.features.transcript_regions import (
    CDS,
    EXON,
    INTRON,
    LANDMARKS,
    REGION_TYPES,
    UTR3,
    UTR5,
    RegionMap,
    region_name,
)
from ideep_scan.kernels.landmarks import compute_distances
from ideep_scan.records.transcript import Transcript

LENGTH = 60
SYMBOLS = {".": 0, "i": INTRON, "e": EXON, "c": CDS | EXON, "5": UTR5 | EXON, "3": UTR3 | EXON}


def drawn(regions: RegionMap, length: int, strand: str = "+") -> list[int]:
    return regions.find_types("chr1", strand, np.arange(length)).tolist()  # type: ignore[arg-type]


def expected(text: str) -> list[int]:
    return [SYMBOLS[symbol] for symbol in text]


def landmarks(transcripts: list[Transcript], strand: str = "+") -> dict[str, list[int]]:
    """Genome positions, ascending."""
    results = RegionMap(transcripts).find_landmarks("chr1", strand)  # type: ignore[arg-type]
    return {name: sorted(abs(int(base)) for base in bases) for name, bases in zip(LANDMARKS, results, strict=True)}


@pytest.mark.parametrize(
    ("strand", "text"), [("+", "..555cccciiiiccc33.."), ("-", "..333cccciiiiccc55..")], ids=["plus", "minus"]
)
def test_types_of_a_coding_transcript(strand, text):
    regions = RegionMap([transcript([(2, 9), (13, 18)], (5, 16), strand)])
    assert drawn(regions, 20, strand) == expected(text)
    assert drawn(regions, 20, FLIP[strand]) == [0] * 20


def test_a_noncoding_transcript_has_exons_and_introns_only():
    assert drawn(RegionMap([transcript([(1, 4), (6, 8)])]), 10) == expected(".eeeiiee..")


@pytest.mark.parametrize(("strand", "text"), [("+", ".55ccc333."), ("-", ".33ccc555.")])
def test_a_coding_part_within_one_exon(strand, text):
    assert drawn(RegionMap([transcript([(1, 9)], (3, 6), strand)]), 10, strand) == expected(text)


def test_a_coding_part_that_ends_with_an_exon_leaves_no_empty_utr():
    assert drawn(RegionMap([transcript([(1, 4), (6, 9)], (1, 4))]), 10) == expected(".ccciieee.")[:6] + expected("333.")
    assert drawn(RegionMap([transcript([(1, 4), (6, 9)], (1, 9))]), 10) == expected(".ccciiccc.")


def test_exons_that_touch_have_no_intron_between():
    assert drawn(RegionMap([transcript([(1, 4), (4, 7)])]), 8) == expected(".eeeeee.")


def test_isoforms_are_united():
    """Where one isoform has an intron and another an exon, both hold; so do different coding frames."""
    regions = RegionMap([transcript([(0, 3), (9, 12)], (1, 11)), transcript([(0, 12)], None, name="T2")])
    united = [a | b for a, b in zip(expected("5cciiiiiicc3"), expected("e" * 12), strict=True)]
    assert drawn(regions, 12) == united
    assert drawn(regions, 12)[5] == INTRON | EXON


def test_depth_of_overlap_does_not_matter():
    one = transcript([(2, 9), (13, 18)], (5, 16))
    assert drawn(RegionMap([one] * 300), 20) == drawn(RegionMap([one]), 20)


def test_positions_before_after_and_elsewhere():
    regions = RegionMap([transcript([(0, 3)])])
    assert regions.find_types("chr1", "+", np.array([-(10**9), -1, 0, 2, 3, 10**9])).tolist() == [
        0,
        0,
        EXON,
        EXON,
        0,
        0,
    ]
    assert regions.find_types("chr1", "+", np.array([2, 5, 0])).dtype == np.uint8
    assert not regions.find_types("chrX", "+", np.arange(5)).any()
    assert [bases.size for bases in regions.find_landmarks("chrX", "+")] == [0] * len(LANDMARKS)
    assert not RegionMap([]).find_types("chr1", "-", np.arange(5)).any()


def test_landmarks_on_the_plus_strand():
    assert landmarks([transcript([(2, 9), (13, 18), (20, 25)], (5, 22))]) == {
        "TSS": [2],
        "polyA": [24],
        "donor": [8, 17],
        "acceptor": [13, 20],
        "start codon": [5],
        "stop codon": [21],
        "gene start": [2],
        "gene end": [24],
    }


def test_landmarks_on_the_minus_strand():
    one = [transcript([(2, 9), (13, 18), (20, 25)], (5, 22), "-")]
    assert landmarks(one, "-") == {
        "TSS": [24],
        "polyA": [2],
        "donor": [13, 20],
        "acceptor": [8, 17],
        "start codon": [21],
        "stop codon": [5],
        "gene start": [24],
        "gene end": [2],
    }
    for bases in RegionMap(one).find_landmarks("chr1", "-"):
        assert (np.diff(bases) > 0).all()
        assert (bases <= 0).all()


def test_a_gene_unites_its_overlapping_transcripts_and_an_id_may_lie_at_two_places():
    parts = [
        transcript([(2, 9)], gene="G", name="T1"),
        transcript([(8, 20)], gene="G", name="T2"),
        transcript([(20, 25)], gene="G", name="T3"),  # touches, does not overlap
        transcript([(40, 50)], gene="G", name="T4"),
        transcript([(5, 30)], gene="H", name="T5"),
    ]
    results = landmarks(parts)
    assert results["gene start"] == [2, 5, 20, 40]
    assert results["gene end"] == [19, 24, 29, 49]
    assert results["TSS"] == [2, 5, 8, 20, 40]
    assert results["start codon"] == results["stop codon"] == results["donor"] == []


@pytest.mark.parametrize(
    ("mask", "name"),
    [
        (CDS | EXON | INTRON, "CDS"),
        (UTR5 | UTR3 | EXON, "5'UTR"),
        (UTR3 | EXON, "3'UTR"),
        (EXON | INTRON, "exon"),
        (INTRON, "intron"),
        (0, "intergenic"),
    ],
)
def test_the_one_name_of_a_position(mask, name):
    assert region_name(mask) == name


@st.composite
def annotations(draw: st.DrawFn) -> list[Transcript]:
    results = []
    for i in range(draw(st.integers(0, 4))):
        edges = draw(st.lists(st.integers(0, LENGTH), min_size=2, max_size=6, unique=True).map(sorted))
        exons = list(zip(edges[::2], edges[1::2], strict=False))
        inside = sorted({p for a, b in exons for p in range(a, b)})
        cds = None
        if draw(st.booleans()):
            ends = draw(st.tuples(st.sampled_from(inside), st.sampled_from(inside)).map(sorted))
            cds = (ends[0], ends[1] + 1)
        results.append(transcript(exons, cds, draw(st.sampled_from("+-")), draw(st.sampled_from("GH")), name=f"T{i}"))
    return results


@settings(max_examples=80, deadline=None)
@given(annotations(), st.sampled_from("+-"))
def test_equals_the_slow_twin(transcripts, strand):
    own = [t for t in transcripts if t.strand == strand]
    regions = RegionMap(transcripts)
    for position, mask in enumerate(drawn(regions, LENGTH, strand)):
        bits = [float(mask >> bit & 1) for bit in range(len(REGION_TYPES))]
        assert bits == twin.region_types(position, own)
    sign = 1 if strand == "+" else -1
    for bases, slow in zip(regions.find_landmarks("chr1", strand), twin.landmark_bases(own, strand), strict=True):
        assert bases.tolist() == sorted(sign * base for base in slow)


@settings(max_examples=80, deadline=None)
@given(annotations(), st.sampled_from("+-"))
def test_mirroring_an_annotation_mirrors_types_and_distances(transcripts, strand):
    regions, mirrored = RegionMap(transcripts), RegionMap([mirror_transcript(t, LENGTH) for t in transcripts])
    flipped = FLIP[strand]
    assert drawn(regions, LENGTH, strand) == drawn(mirrored, LENGTH, flipped)[::-1]
    here = np.arange(LENGTH)
    sign = 1 if strand == "+" else -1
    for bases, others in zip(
        regions.find_landmarks("chr1", strand), mirrored.find_landmarks("chr1", flipped), strict=True
    ):
        np.testing.assert_array_equal(
            compute_distances(sign * here, bases), compute_distances(-sign * here[::-1], others)
        )
