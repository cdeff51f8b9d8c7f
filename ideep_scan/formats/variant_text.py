"""A variant as one types it: "chr20:1234567 A>G", counted from 1. It reads no VCF."""

from __future__ import annotations

import re
from collections.abc import Callable

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.variant import Variant

LONGEST = 200  # letters of an allele
_HOW = "write it like chr20:1234567 A>G (position from 1, letters of the plus strand; ATT>A and A>ATT are indels)"
_SPACED = re.compile(r"(.+):([\d,]+)[\s:]*([^\s>/:]+)\s*[>/:]\s*(\S+)")  # chr20:1,234,567 A>G, and with : or / between
_DASHED = re.compile(r"(.+?)[-_](\d+)[-_]([^\s_>-]+)[-_]([^\s_>-]+)")  # chr20-1234567-A-G
_NONE = ("-", ".")


def read_variant(text: str, resolver: ContigResolver, letters: Callable[[str, int, int], str]) -> Variant:
    """A variant on a contig of the FASTA.

    Parameters
    ----------
    letters : DNA letters of `[start, end)` of a contig's plus strand, N where they are not known.

    Raises
    ------
    InputError : malformed, symbolic, of several alternate alleles, without a change, with more than `LONGEST` letters
        or letters that are no bases, past the end of its contig, or with a REF that the FASTA does not have.
    ContigMismatch : a contig that the FASTA lacks.
    """
    name, position, ref, alt = _parts(text)
    chrom = resolver.resolve(name)
    if chrom is None:
        raise ContigMismatch(
            f"no contig {name} in the FASTA, whose contigs are {resolver.style()}; use one of its names"
        )
    start, length = position - 1, resolver.contigs[chrom]
    if start + max(len(ref), 1) > length:
        raise InputError(f"{text.strip()!r} lies past the end of {chrom}, which has {length:,} bases")
    there = letters(chrom, start, start + len(ref))
    if there != ref:
        raise InputError(
            f"at {chrom}:{position:,} the FASTA has {there}, not {ref}: give the plus strand's letters of this assembly"
        )
    return Variant(chrom, start, ref, alt)


def _parts(text: str) -> tuple[str, int, str, str]:
    """Contig, position from 1, REF and ALT, checked for what can be known without a genome."""
    match = _SPACED.fullmatch(text.strip()) or _DASHED.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text.strip()!r} is no variant: {_HOW}")
    name, digits = match[1], match[2].replace(",", "")
    ref, alt = ("" if allele in _NONE else allele.upper().replace("U", "T") for allele in match.groups()[2:])
    if "," in alt:
        raise InputError(f"{text.strip()!r} has several alternate alleles: give them one at a time")
    for allele in (ref, alt):
        if set(allele) - set("ACGTN"):
            raise InputError(f"the allele {allele} is not made of A, C, G and T: {_HOW}")
        if len(allele) > LONGEST:
            raise InputError(f"an allele of {len(allele)} letters is too long to show: give at most {LONGEST}")
    if ref == alt:
        raise InputError(f"{text.strip()!r} changes nothing: REF and ALT are the same")
    if not digits or int(digits) < 1:
        raise InputError(f"{text.strip()!r} lies before base 1: {_HOW}")
    return name, int(digits), ref, alt
