"""Rows of the hits table from toy annotation and toy motifs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.kernels.onehot import complement, encode
from ideep_scan.records.scores import Hit, MotifHit, MotifLabel, MotifOrigin
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.site_report import GeneIndex, SiteReporter

LETTERS = "ACGTTGCAAGTNCCATTTTAGGCATCA" * 4


def codes(walk: Walk) -> np.ndarray:
    line = walk.positions()
    known = (line >= 0) & (line < len(LETTERS))
    plus = np.where(known, encode(LETTERS.encode())[np.clip(line, 0, len(LETTERS) - 1)], 4).astype(np.int8)
    return plus if walk.strand == "+" else complement(plus)


def site(summit: int, strand: Strand = "+", chrom: str = "c", score: float = 0.9) -> Hit:
    return Hit(chrom, summit - 1, summit + 2, strand, summit, score)


def transcript(
    name: str, exons: list[tuple[int, int]], cds: tuple[int, int] | None = None, strand: Strand = "+"
) -> Transcript:
    return Transcript(name, f"{name}.gene", name.upper(), "c", strand, np.array(exons), cds)


class UFinder:
    """Every U is a motif; the p-value rises with the position modulo 3."""

    def __init__(self, protein: str = "toy", origin: MotifOrigin = "known", lowest: float = 0.01):
        self.protein = protein
        self.origin = origin
        self.lowest = lowest

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
        return [
            [
                MotifHit(chrom, p, p + 1, strand, self.label(p), 1.0, self.lowest * (p % 3 + 1))
                for p in line[window == 3].tolist()
            ]
            for line, window in zip(positions, codes, strict=True)
        ]

    def label(self, position: int) -> MotifLabel:
        return MotifLabel(f"M{position}", f"{self.protein}_U", self.protein, self.origin)


def test_the_sequence_is_the_rna_around_the_summit() -> None:
    reporter = SiteReporter(codes, 7)
    reports = [report for report, _ in reporter.report([site(0), site(10), site(10, "-")])]
    assert reports[0].sequence == "NNNACGU"
    assert reports[1].sequence == LETTERS[7:14].replace("T", "U")
    assert reports[2].sequence == LETTERS[7:14][::-1].translate(str.maketrans("ACGT", "UGCA"))


def test_without_annotation_and_motifs_nothing_is_known() -> None:
    ((report, motifs),) = SiteReporter(codes, 7).report([site(10)])
    assert motifs == []
    for column in ("region", "gene_name", "gene_id", "motif", "p_value", "precision"):
        assert getattr(report, column) is None


def test_region_and_gene_are_those_of_the_summit_on_its_strand() -> None:
    annotated = [transcript("a", [(10, 20), (30, 40)], (15, 35)), transcript("b", [(50, 60)], strand="-")]
    reporter = SiteReporter(codes, 7, regions=RegionMap(annotated), genes=GeneIndex(annotated))
    hits = [site(12), site(17), site(25), site(38), site(55), site(55, "-"), site(5, chrom="elsewhere")]
    results = [(report.region, report.gene_name, report.gene_id) for report, _ in reporter.report(hits)]
    assert results == [
        ("5'UTR", "A", "a.gene"),
        ("CDS", "A", "a.gene"),
        ("intron", "A", "a.gene"),
        ("3'UTR", "A", "a.gene"),
        ("intergenic", None, None),
        ("exon", "B", "b.gene"),
        ("intergenic", None, None),
    ]


@pytest.mark.parametrize(
    ("position", "name"),
    [(5, "host"), (45, "host"), (52, "coding"), (57, "longer"), (72, "lnc"), (99, "host"), (100, None)],
)
def test_the_gene_that_names_a_position(position: int, name: str | None) -> None:
    annotated = [
        transcript("lnc", [(50, 80)]),
        transcript("host", [(0, 10), (90, 100)], (2, 95)),
        transcript("coding", [(51, 60)], (52, 59)),
        transcript("longer", [(56, 60), (65, 67)], (57, 66)),
    ]
    (results,) = GeneIndex(annotated).find("c", "+", np.array([position]))
    assert (None if results is None else results.id) == name


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30), st.booleans()), max_size=12),
    st.lists(st.integers(0, 75), max_size=5),
)
def test_the_gene_index_agrees_with_looking_at_every_transcript(
    placed: list[tuple[int, int, bool]], positions: list[int]
) -> None:
    annotated = [
        transcript(f"t{i:02}", [(start, start + length)], (start, start + length) if coding else None)
        for i, (start, length, coding) in enumerate(placed)
    ]
    slow = [
        min(
            (t for t in annotated if t.start <= position < t.end),
            key=lambda t: (t.cds is None, t.start - t.end, t.id),
            default=None,
        )
        for position in positions
    ]
    assert GeneIndex(annotated).find("c", "+", np.array(positions, np.int64)) == slow


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_best_motif_is_the_first_of_the_smallest_p(strand: Strand) -> None:
    reporter = SiteReporter(codes, 21, scanners=[UFinder()])
    ((report, _),) = reporter.report([site(40, strand)])
    window = range(30, 51)
    at = [p for p in window if LETTERS[p] == ("T" if strand == "+" else "A")]
    best = [p for p in at if p % 3 == min(p % 3 for p in at)]
    assert report.motif == UFinder().label(best[0] if strand == "+" else best[-1])


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        (UFinder("other", lowest=1e-9), UFinder("own"), "own"),
        (UFinder("other", lowest=1e-9), UFinder("own", "learned"), "own"),
        (UFinder("own"), UFinder("learner", "learned", lowest=1e-9), "learner"),
        (UFinder("own", lowest=1e-9), UFinder("learner", "learned"), "own"),
        (UFinder("own"), UFinder("learner", "learned"), "own"),
        (UFinder("other", lowest=1e-9), UFinder("third"), "other"),
    ],
)
def test_motifs_of_the_model_describe_a_site_before_others(
    first: UFinder, second: UFinder, best: str, strand: Strand
) -> None:
    ((report, _),) = SiteReporter(codes, 21, scanners=[first, second], protein="own").report([site(40, strand)])
    assert report.motif is not None
    assert report.motif.protein == best


def test_hits_of_all_scanners_are_returned() -> None:
    reporter = SiteReporter(codes, 21, scanners=[UFinder("a"), UFinder("b", "learned")])
    list(reporter.report([site(40)]))
    results = [(hit.start, hit.motif.protein) for hit in reporter.flush()]
    assert results == [(p, protein) for p in range(30, 51) if LETTERS[p] == "T" for protein in "ab"]


def test_motif_hits_come_once_each_in_the_order_of_the_genome() -> None:
    reporter = SiteReporter(codes, 21, scanners=[UFinder()])
    hits = [site(20), site(26), site(26, "-"), site(70), site(15, chrom="d")]
    results = [motif for _, motifs in reporter.report(hits) for motif in motifs] + reporter.flush()
    assert len(set(results)) == len(results)
    places = [(motif.chrom, motif.start) for motif in results]
    assert places == sorted(places)
    on_plus = {motif.start for motif in results if (motif.chrom, motif.strand) == ("c", "+")}
    assert on_plus == {p for p in [*range(10, 37), *range(60, 81)] if LETTERS[p] == "T"}


def test_no_motif_in_the_window_is_none() -> None:
    class Blind:
        def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
            return [[] for _ in codes]

    ((report, motifs),) = SiteReporter(codes, 7, scanners=[Blind()]).report([site(10)])
    assert report.motif is None
    assert motifs == []


def test_the_p_value_is_that_of_the_summit() -> None:
    reporter = SiteReporter(codes, 7, p_values=lambda scores: 1 - scores)
    hits = [site(10, score=0.75), site(20, score=0.5), site(10, chrom="d", score=1.0)]
    assert [report.p_value for report, _ in reporter.report(hits)] == [0.25, 0.5, 0.0]
    assert [report.p_value for report, _ in reporter.report(iter(hits[:1]))] == [0.25]
    assert list(reporter.report([])) == []
