"""Variants as people type them, and all that is none."""

from __future__ import annotations

import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variant_text import LONGEST, read_variant
from ideep_scan.records.variant import Variant

GENOME = {"chr2": "ACGTNACGTA" * 200, "HLA-A": "ACGT" * 5, "chr20": "TTTT"}
RESOLVER = ContigResolver({name: len(text) for name, text in GENOME.items()})


def read(text: str) -> Variant:
    return read_variant(text, RESOLVER, lambda chrom, start, end: GENOME[chrom][start:end])


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("chr2:1 A>G", ("chr2", 0, "A", "G")),
        ("  chr2:1  a > g ", ("chr2", 0, "A", "G")),
        ("2:1,001 A>G", ("chr2", 1000, "A", "G")),
        ("chr2:2:C:T", ("chr2", 1, "C", "T")),
        ("chr2:2 C/T", ("chr2", 1, "C", "T")),
        ("chr2-2-C-T", ("chr2", 1, "C", "T")),
        ("chr2_2_CG_C", ("chr2", 1, "CG", "C")),
        ("HLA-A-3-G-C", ("HLA-A", 2, "G", "C")),
        ("chr2:2 C>CTTT", ("chr2", 1, "C", "CTTT")),
        ("chr2:2 CGT>-", ("chr2", 1, "CGT", "")),
        ("chr2:2 ->GA", ("chr2", 1, "", "GA")),
        ("chr2:2 C>u", ("chr2", 1, "C", "T")),
        ("chr2:5 N>A", ("chr2", 4, "N", "A")),
    ],
)
def test_read(text, variant):
    found = read(text)
    assert (found.chrom, found.start, found.ref, found.alt) == variant
    assert found.end == found.start + len(found.ref)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no variant: write it like"),
        ("chr2:1", "is no variant"),
        ("A>G", "is no variant"),
        ("chr2:1 A>G,T", "several alternate alleles"),
        ("chr2:1 A><DEL>", "is no variant|not made of"),
        ("chr2:1 A>X", "not made of A, C, G and T"),
        ("chr2:1 A>A", "changes nothing"),
        ("chr2:1 ->-", "changes nothing"),
        ("chr2:0 A>G", "before base 1"),
        ("chr2:2001 A>G", "past the end of chr2, which has 2,000 bases"),
        ("chr2:1999 TAG>T", "past the end"),
        ("chr2:1 G>A", "at chr2:1 the FASTA has A, not G"),
        ("chr2:2 C>" + "A" * (LONGEST + 1), f"an allele of {LONGEST + 1} letters is too long"),
    ],
)
def test_refused_in_one_line(text, says):
    with pytest.raises(InputError, match=says) as told:
        read(text)
    assert "\n" not in str(told.value)


def test_a_contig_that_is_not_there():
    with pytest.raises(ContigMismatch, match="no contig chr9 in the FASTA, whose contigs are"):
        read("chr9:1 A>G")
