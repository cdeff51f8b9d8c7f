"""Canonical variants: one form for every way to write a haplotype, found by rewriting."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.variant import Variant
from ideep_scan.variants.normalization import normalize, normalize_allele

GENOME = st.text("AC", min_size=6, max_size=30)


def applied(genome: str, allele: tuple[Variant, ...]) -> str:
    for change in reversed(allele):
        assert genome[change.start : change.end] == change.ref
        genome = genome[: change.start] + change.alt + genome[change.end :]
    return genome


def reader(genome: str):
    return lambda chrom, start, end: genome[start:end]


@st.composite
def variants(draw, genome: str) -> Variant:
    start = draw(st.integers(0, len(genome)))
    end = draw(st.integers(start, min(len(genome), start + 5)))
    alt = draw(st.text("AC", min_size=start == end, max_size=5))
    return Variant("c", start, genome[start:end], alt)


@given(st.data())
def test_the_same_haplotype_has_one_form(data):
    genome = data.draw(GENOME)
    variant = data.draw(variants(genome))
    other = applied(genome, (variant,))
    canonical = normalize(variant, reader(genome))
    assert applied(genome, (canonical,)) == other
    if other == genome:
        assert variant == canonical
        return
    whole = normalize(Variant("c", 0, genome, other), reader(genome))
    assert canonical == whole
    left, right = data.draw(st.integers(0, variant.start)), data.draw(st.integers(variant.end, len(genome)))
    head, tail = genome[left : variant.start], genome[variant.end : right]
    padded = Variant("c", left, head + variant.ref + tail, head + variant.alt + tail)
    assert normalize(padded, reader(genome)) == canonical
    assert normalize(canonical, reader(genome)) == canonical


def test_indels_shift_through_repeats_of_any_length():
    genome = "G" + "CA" * 500 + "T"
    for start in (1, 7, 500, 999):
        deletion = Variant("c", start, genome[start : start + 2], "")
        assert normalize(deletion, reader(genome)) == Variant("c", 1, "CA", "")
        insertion = Variant("c", start, "", genome[start : start + 2] * 3)
        assert normalize(insertion, reader(genome)) == Variant("c", 1, "", "CACACA")
    assert normalize(Variant("c", 999, "CA", ""), reader(genome), first=400) == Variant("c", 400, "AC", "")


def test_a_shift_ends_at_the_start_of_the_contig():
    assert normalize(Variant("c", 3, "A", ""), reader("AAAAC")) == Variant("c", 0, "A", "")


@given(st.data())
def test_changes_of_one_haplotype_stay_one_haplotype(data):
    genome = data.draw(GENOME)
    first = data.draw(variants(genome))
    changes = [first]
    if first.end < len(genome):
        rest = data.draw(variants(genome[first.end :]))
        changes.append(Variant("c", rest.start + first.end, rest.ref, rest.alt))
    allele = normalize_allele(changes, reader(genome))
    assert applied(genome, allele) == applied(genome, tuple(changes))
    assert all(left.end < right.start for left, right in pairwise(allele))
    if len(allele) > 1:
        assert all(change.ref != change.alt for change in allele)


def test_neighbours_become_one():
    genome = "ACGTACGT"
    changes = (Variant("c", 2, "G", "A"), Variant("c", 3, "T", "C"))
    assert normalize_allele(changes, reader(genome)) == (Variant("c", 2, "GT", "AC"),)


def test_changes_that_cancel_out_leave_the_reference():
    genome = "ACGTACGT"
    (left,) = normalize_allele((Variant("c", 2, "G", ""), Variant("c", 3, "", "G")), reader(genome))
    assert left.ref == left.alt
