"""Canonical form of variants, so that figures do not depend on how a file writes them.

A change is trimmed at its end, then at its start, then shifted left as far as the reference repeats
(Tan, Abecasis and Kang 2015, Bioinformatics 31:2202).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

from ideep_scan.records.variant import Variant

Allele = tuple[Variant, ...]  #: changes of one haplotype: sorted, disjoint, on one contig
Letters = Callable[[str, int, int], str]  #: DNA letters of `[start, end)` of a contig's plus strand
_READ = 64  # letters of the reference that a shift reads at first


def normalize(variant: Variant, letters: Letters, first: int = 0) -> Variant:
    """Trim and shift a variant to its canonical form.

    Parameters
    ----------
    variant : Variant
        The variant.
        It is returned as it is if REF and ALT are equal.
    letters : callable
        Return the DNA letters of `[start, end)` of a contig.
    first : int
        Position that the variant must not be shifted beyond.

    Returns
    -------
    Variant
        The same haplotype, with the longest possible common end and, before it, the longest possible common start.

    Examples
    --------
    >>> normalize(Variant("chr1", 2, "AAG", "AG"), lambda chrom, start, end: "CAAAG"[start:end])
    Variant(chrom='chr1', start=1, ref='A', alt='')
    """
    ref, alt, start = variant.ref, variant.alt, variant.start
    if ref == alt or (len(ref) == len(alt) == 1):
        return variant
    shorter = min(len(ref), len(alt))
    suffix = next((i for i in range(shorter) if ref[-1 - i] != alt[-1 - i]), shorter)
    ref, alt = ref[: len(ref) - suffix], alt[: len(alt) - suffix]
    prefix = next((i for i in range(shorter - suffix) if ref[i] != alt[i]), shorter - suffix)
    ref, alt, start = ref[prefix:], alt[prefix:], start + prefix
    if not (ref and alt):
        indel = ref or alt
        shift = _repeats(variant.chrom, start, indel=indel, letters=letters, first=first)
        turn = len(indel) - shift % len(indel)
        indel, start = indel[turn:] + indel[:turn], start - shift
        ref, alt = (indel, "") if ref else ("", indel)
    return Variant(variant.chrom, start, ref, alt)


def normalize_allele(allele: Sequence[Variant], letters: Letters) -> Allele:
    """Bring the changes of one haplotype to their canonical form; changes that touch become one.

    Parameters
    ----------
    allele : sequence of Variant
        One or more changes: sorted, disjoint, on one contig.
    letters : callable
        Return the DNA letters of `[start, end)` of a contig.

    Returns
    -------
    Allele
        The changes that are left, sorted and with at least one base between two.
        If nothing changes, one variant whose REF and ALT are equal.
    """
    changes: list[Variant] = []
    unchanged = allele[0]
    for variant in allele:
        change = normalize(variant, letters, changes[-1].end if changes else 0)
        while changes and changes[-1].end == change.start and change.ref != change.alt:
            before = changes.pop()
            joined = Variant(change.chrom, before.start, before.ref + change.ref, before.alt + change.alt)
            change = normalize(joined, letters, changes[-1].end if changes else 0)
        if change.ref == change.alt:
            unchanged = change
        else:
            changes.append(change)
    return tuple(changes) or (unchanged,)


def _repeats(chrom: str, start: int, *, indel: str, letters: Letters, first: int) -> int:
    """Count the letters before `start` that repeat an indel, read backwards and again and again."""
    shift, size = 0, _READ
    expected = cycle(reversed(indel))
    while start - shift > first:
        before = letters(chrom, max(start - shift - size, first), start - shift)
        for letter in reversed(before):
            if letter != next(expected):
                return shift
            shift += 1
        size *= 2
    return shift
