"""Pictures of effects on the embedded example: columns, letters, motif hits and transcript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pysam
import pytest
from runs import vcf
from toy_motifs import make_collection, make_motif, ship

from ideep_scan.jobs.variants.pictures import EDGE, MOTIFS, PictureMaker, orient
from ideep_scan.jobs.variants.run import _open_job
from ideep_scan.jobs.variants.settings import VariantSettings
from ideep_scan.jobs.variants.strongest import StrongestEffects
from ideep_scan.kernels.onehot import encode
from ideep_scan.variants.comparison import GAP
from track_hubs.variant_page.rows import VariantRow

START = 17_706  # exA, transcribed on both strands
MOTIF = "TTTATTT"  # of ELAVL1


@pytest.fixture(scope="module")
def letters(example: Path) -> str:
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        return str(fasta.fetch("exA")).upper()


@pytest.fixture(scope="module")
def rows(example: Path, letters: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[VariantRow]]:
    """All rows of a few variants, in the order of the records."""
    base, long = letters[START], letters[START : START + 150]
    path = vcf(
        tmp_path_factory.mktemp("pictures"),
        f"exA {START + 1} snv {base} {'A' if base != 'A' else 'C'} . . .",
        f"exA {START + 1} insertion {base} {base}{MOTIF} . . .",
        f"exA {START + 1} deletion {long} {base} . . .",
    )
    with ExitStack() as stack, pytest.MonkeyPatch.context() as monkeypatch:
        settings = VariantSettings(
            rbp=("ELAVL1",),
            variants=path,
            fasta=example / "example.fa.gz",
            gtf=example / "genes.gtf",
            threshold=0.5,
            threads=1,
            device="cpu",
        )
        job = _open_job(settings, stack)
        learned = make_collection([make_motif("ELAVL1.pattern00", "UUUAUUU")], job.scorer.scorers[0].bundle)
        ship([learned], tmp_path_factory.mktemp("learned"), monkeypatch)
        strongest = StrongestEffects(100)
        for batch in job.scorer.score(job.vcf.records()):
            for scored in batch:
                strongest.add(scored)
        maker = PictureMaker(job.scorer, job.pwms)
        made = [(ranked, maker.make(ranked)) for ranked in strongest.ranked()]
        yield [row for ranked, row in sorted(made, key=lambda pair: -pair[0].order)]


def select(rows: list[VariantRow], name: str, strand: str) -> VariantRow:
    (row,) = [row for row in rows if (row.id, row.strand) == (name, strand)]
    return row


def rna(text: str, strand: str) -> str:
    if strand == "-":
        text = text[::-1].translate(str.maketrans("ACGT", "TGCA"))
    return text.replace("T", "U")


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("name", ["snv", "insertion"])
def test_lanes_are_the_rna_of_both_haplotypes(rows: list[VariantRow], letters: str, name: str, strand: str) -> None:
    row = select(rows, name, strand)
    picture = row.picture
    first, last = min(picture.places), max(picture.places)
    assert picture.reference.letters.replace("-", "") == rna(letters[first : last + 1], strand)
    alternate = letters[first:START] + row.alt + letters[START + 1 : last + 1]
    assert picture.alternate.letters.replace("-", "") == rna(alternate, strand)
    assert picture.places == sorted(picture.places, reverse=strand == "-")
    for lane in (picture.reference, picture.alternate):
        assert len(lane.letters) == len(lane.scores) == len(lane.contributions) == len(picture.places)
    assert [picture.reference.letters[i] == picture.alternate.letters[i] for i in picture.changed] == [False] * len(
        picture.changed
    )


def test_figures_are_those_of_the_row(rows: list[VariantRow]) -> None:
    for row in rows:
        picture = row.picture
        before, after = picture.reference.scores[picture.center], picture.alternate.scores[picture.center]
        assert before is not None
        assert after is not None
        assert after - before == pytest.approx(row.delta, abs=2e-4)
        assert picture.threshold == 0.5
        assert row.status == "scored"


def test_a_planted_motif_is_made(rows: list[VariantRow]) -> None:
    row = select(rows, "insertion", "+")
    made = [motif for motif in row.picture.motifs if motif.is_made]
    assert made
    assert len(row.picture.motifs) <= MOTIFS
    assert all(motif.name.startswith("ELAVL1_") for motif in made)
    assert "ELAVL1_UUUAUUU (ELAVL1.pattern00)" in {motif.name for motif in made}  # learned
    for motif in row.picture.motifs:
        lane = row.picture.alternate if motif.is_made else row.picture.reference
        assert lane.letters[motif.first : motif.last + 1].replace("-", "") == motif.letters
        assert any(motif.first <= column <= motif.last for column in row.picture.changed) or "-" in lane.letters


def test_the_middle_of_a_long_deletion_is_left_out(rows: list[VariantRow]) -> None:
    row = select(rows, "deletion", "+")
    picture = row.picture
    left_out = sum(count for _, count in picture.cuts)
    assert left_out > 0
    assert len(picture.changed) + left_out == 149
    assert len(picture.changed) <= 4 * EDGE
    for column, count in picture.cuts:
        assert picture.places[column] - picture.places[column - 1] == count + 1
    assert {picture.alternate.letters[i] for i in picture.changed} == {"-"}


def test_the_transcript_is_that_of_the_gene(rows: list[VariantRow]) -> None:
    row = select(rows, "snv", "+")
    gene = row.picture.gene
    assert gene is not None
    assert gene.name == row.gene == "EXA1"
    assert gene.exons[0][0] <= START < gene.exons[-1][1]


def test_codes_of_the_minus_strand() -> None:
    codes = np.append(encode(b"ACGTN"), GAP).astype(np.int8)
    assert orient(codes, "+").tolist() == [0, 1, 2, 3, 4, GAP]
    assert orient(codes, "-").tolist() == [GAP, 4, 0, 1, 2, 3]
    np.testing.assert_array_equal(orient(orient(codes, "-"), "-"), codes)
