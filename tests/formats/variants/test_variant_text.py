"""Variants as people type them, and all that is none."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.variant_text import LONGEST, read_variant
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
        ("chr2:g.2C>T", ("chr2", 1, "C", "T")),
        ("2\t2\trs7\tC\tT\t50\tPASS\tAF=0.1", ("chr2", 1, "C", "T")),
        ("2\t2\t.\tCG\tC", ("chr2", 1, "CG", "C")),
    ],
)
def test_read(text, variant):
    found = read(text)
    assert (found.chrom, found.start, found.ref, found.alt) == variant
    assert found.end == found.start + len(found.ref)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a variant; write it like"),
        ("chr2:1", "is not a variant"),
        ("A>G", "is not a variant"),
        ("chr2:1 A>G,T", "several alternate alleles"),
        ("chr2:1 A><DEL>", "is not a variant|not made of"),
        ("chr2:1 A>X", "not made of A, C, G and T"),
        ("chr2:1 A>A", "changes nothing"),
        ("chr2:1 ->-", "changes nothing"),
        ("chr2:0 A>G", "before base 1"),
        ("chr2:2001 A>G", "past the end of chr2, which has 2,000 bases"),
        ("chr2:1999 TAG>T", "past the end"),
        ("chr2:1 G>A", "at chr2:1 the FASTA has A, not G"),
        ("chr2:2 C>" + "A" * (LONGEST + 1), f"an allele of {LONGEST + 1} letters is too long"),
        ("chr2:2 C>" + "A" * 5000, "a text of 5,009 characters"),
        ("chr20:" + "9" * 8000, "a text of 8,006 characters"),
        ("chr20:" + "1" * 13 + " A>C", "more than 12 digits"),
        ("chr20:" + "1" * 900, "is not a variant"),
        (":1" * 450, "not made of"),
        ("chr2:٣ A>G", "is not a variant"),
        ("chr9" + "x" * 900 + ":1 A>G", r"no contig chr9x+\.\.\. in the FASTA"),
        ("chr2:1\nA>X\r\n", "not made of"),
        ("rs6105", "is a name, which needs a database"),
        ("chr2\t1\t.\tA\tG,T", "several alternate alleles"),
    ],
)
def test_refused_in_one_line(text, says):
    with pytest.raises(InputError, match=says) as told:
        read(text)
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 400


@settings(max_examples=300)
@given(st.text(alphabet="chr20:1>ACGT-_/,. \n\t9N<é", max_size=1200) | st.text(max_size=60))
def test_any_text_is_a_variant_of_the_genome_or_one_line(text):
    variant, told = None, ""
    try:
        variant = read(text)
    except InputError as error:
        told = str(error)
    assert len(told.splitlines()) == (variant is None)
    assert variant is None or GENOME[variant.chrom][variant.start : variant.end] == variant.ref


@given(
    st.sampled_from(
        ["chr2:{} {}>{}", "chr2:{}:{}:{}", "chr2-{}-{}-{}", "chr2_{}_{}_{}", "2:{}{}/{}", "chr2:{:,} {}>{}"]
    ),
    st.integers(1, 1990),
    st.integers(1, 9),
    st.text("ACGT", min_size=1, max_size=LONGEST),
)
def test_every_spelling_of_a_variant_means_the_same(spelling, position, length, alt):
    ref = GENOME["chr2"][position - 1 : position - 1 + length]
    assume(ref != alt)
    assert read(spelling.format(position, ref, alt)) == Variant("chr2", position - 1, ref, alt)


def test_a_contig_that_is_not_there():
    with pytest.raises(ContigMismatch, match="no contig chr9 in the FASTA, whose contigs are"):
        read("chr9:1 A>G")
