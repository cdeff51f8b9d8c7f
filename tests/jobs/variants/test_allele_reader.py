"""Each kind of record gives variants or its status."""

from __future__ import annotations

import pytest
from toys import ToyGenome

from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.variants import allele_reader
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.records.variant import Variant
from ideep_scan.records.variant_effect import Status

GENOME = ToyGenome({"chr1": "ACGTacgtNNACGTRY", "chrM": "ACGT"})


def record(position: int, ref: str, alt: str, chrom: str = "chr1") -> VcfRecord:
    columns = (chrom, str(position), ".", ref, alt, ".", ".", ".")
    return VcfRecord(1, chrom, position - 1, tuple(column.encode() for column in columns), b"", b"\n")


def alleles(position: int, ref: str, alt: str, chrom: str = "chr1") -> tuple[Variant | Status, ...]:
    return AlleleReader(ContigResolver(GENOME.contigs), GENOME).place(record(position, ref, alt, chrom)).alleles


@pytest.mark.parametrize(
    ("position", "ref", "alt", "variant"),
    [
        (1, "A", "G", Variant("chr1", 0, "A", "G")),
        (5, "A", "g", Variant("chr1", 4, "A", "G")),
        (2, "cg", "C", Variant("chr1", 1, "CG", "C")),
        (2, "C", "CUU", Variant("chr1", 1, "C", "CTT")),
        (4, "TA", "GC", Variant("chr1", 3, "TA", "GC")),
        (14, "T", "T", Variant("chr1", 13, "T", "T")),
    ],
    ids=["snv", "lower case", "deletion", "insertion of U", "mnv", "no change"],
)
def test_sequences_are_variants(position: int, ref: str, alt: str, variant: Variant) -> None:
    assert alleles(position, ref, alt) == (variant,)


@pytest.mark.parametrize(
    ("position", "ref", "alt", "statuses"),
    [
        (1, "A", ".", [Status.NO_ALT]),
        (1, "A", "", [Status.NO_ALT]),
        (1, "A", "*", [Status.STAR]),
        (1, "A", "<DEL>", [Status.SYMBOLIC]),
        (1, "A", "<*>", [Status.SYMBOLIC]),
        (1, "N", "<INS:ME>", [Status.SYMBOLIC]),
        (1, "A", "A[chr2:5[", [Status.SYMBOLIC]),
        (1, "A", "]chr2:5]A", [Status.SYMBOLIC]),
        (1, "A", ".A", [Status.SYMBOLIC]),
        (1, "A", "A.", [Status.SYMBOLIC]),
        (1, "A", ".,*", [Status.MISSING_ALLELE, Status.STAR]),
        (1, "A", "*,,", [Status.STAR, Status.MISSING_ALLELE, Status.MISSING_ALLELE]),
        (1, ".", "A", [Status.MISSING_ALLELE]),
        (1, "", "A", [Status.MISSING_ALLELE]),
        (1, "G", "A", [Status.REF_MISMATCH]),
        (1, "G", "A,*,<DEL>", [Status.REF_MISMATCH] * 3),
        (1, "ACGA", "A", [Status.REF_MISMATCH]),
        (1, "A", "N", [Status.UNKNOWN_BASES]),
        (1, "A", "R", [Status.UNKNOWN_BASES]),
        (1, "A", "-", [Status.UNKNOWN_BASES]),
        (1, "M", "G", [Status.UNKNOWN_BASES]),
        (9, "N", "A", [Status.UNKNOWN_BASES]),
        (9, "A", "G", [Status.UNKNOWN_BASES]),
        (15, "A", "G", [Status.UNKNOWN_BASES]),
        (8, "TNNA", "T", [Status.UNKNOWN_BASES]),
        (0, "N", "A", [Status.PAST_END]),
        (17, "A", "G", [Status.PAST_END]),
        (16, "YA", "Y", [Status.PAST_END]),
        (2_000_000_000, "A", "G,T", [Status.PAST_END] * 2),
    ],
)
def test_other_alleles_have_a_status(position: int, ref: str, alt: str, statuses: list[Status]) -> None:
    assert list(alleles(position, ref, alt)) == statuses


def test_scored_and_other_alleles_of_one_record() -> None:
    assert alleles(1, "A", "G,*,<DEL>,N") == (
        Variant("chr1", 0, "A", "G"), Status.STAR, Status.SYMBOLIC, Status.UNKNOWN_BASES,
    )  # fmt: skip


def test_contigs_of_other_names() -> None:
    assert alleles(2, "C", "G", "1") == (Variant("chr1", 1, "C", "G"),)
    assert alleles(2, "C", "G", "MT") == (Variant("chrM", 1, "C", "G"),)
    assert alleles(2, "C", "G,*", "chr2") == (Status.NO_CONTIG,) * 2
    assert alleles(2, "C", "G", "<ctg>") == (Status.NO_CONTIG,)


def test_only_letters_that_change_count_towards_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allele_reader, "LONGEST", 3)
    assert alleles(1, "ACGTACGT", "ACGTGCGT") == (Variant("chr1", 0, "ACGTACGT", "ACGTGCGT"),)
    assert alleles(1, "A", "ATTT") == (Variant("chr1", 0, "A", "ATTT"),)
    assert alleles(1, "A", "ATTTT") == (Status.TOO_LONG,)
    assert alleles(1, "ACGTA", "A") == (Status.TOO_LONG,)
