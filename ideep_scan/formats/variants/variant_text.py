"""Parse a variant from text such as "chr20:1234567 A>G", with a 1-based position."""

from __future__ import annotations

import re
from collections.abc import Callable

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.variant import Variant

LONGEST = 200  # letters of an allele
MAX_TEXT = 1000  # characters of a text, checked before anything is matched
MAX_DIGITS = 12  # of a position
_MAX_SHOWN = 60  # characters of a text that an error repeats
_HOW = "write it like chr20:1234567 A>G (position from 1, letters of the plus strand; ATT>A and A>ATT are indels)"
# chr20:1,234,567 A>G, also with : or / between. The digits are bounded, or matching would try each as the start of REF.
_SPACED = re.compile(r"(.+):([0-9,]{1,20})[\s:]*([^\s>/:]+)\s*[>/:]\s*(\S+)")
_DASHED = re.compile(r"(.+?)[-_]([0-9]{1,20})[-_]([^\s_>-]+)[-_]([^\s_>-]+)")  # chr20-1234567-A-G
_GENOMIC = re.compile(r":\s*g\.\s*")  # chr20:g.1234567A>G
_LINE = re.compile(r"(\S+) ([0-9]{1,20}) \S+ ([A-Za-z]+|[.-]) (\S+)(?: .*)?")  # CHROM POS ID REF ALT of a VCF
_NAMED = re.compile(r"rs[0-9]+", re.IGNORECASE)
_NONE = ("-", ".")


def read_variant(text: str, resolver: ContigResolver, letters: Callable[[str, int, int], str]) -> Variant:
    """Parse a variant and place it on a contig of the FASTA.

    Parameters
    ----------
    text : str
        The variant.
    resolver : ContigResolver
        The contigs of the FASTA.
    letters : Callable[[str, int, int], str]
        Return the DNA letters of `[start, end)` of a contig's plus strand, N if unknown.

    Returns
    -------
    Variant
        The variant, with the FASTA's name of the contig.

    Raises
    ------
    InputError
        The text is malformed, symbolic, without a change, past the end of its contig, or has several alternate alleles.
        An allele exceeds `LONGEST` letters or has letters that are not bases, or REF differs from the FASTA.
    ContigMismatch
        The FASTA lacks the contig.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"a text of {len(text):,} characters is not a variant; {_HOW}")
    text = " ".join(text.split())
    quotation = repr(shorten(text))
    name, position, ref, alt = _parts(text, quotation)
    chrom = resolver.resolve(name)
    if chrom is None:
        raise ContigMismatch(
            f"no contig {shorten(name)} in the FASTA, whose contigs are {resolver.style()}; use one of its names"
        )
    start, length = position - 1, resolver.contigs[chrom]
    if start + max(len(ref), 1) > length:
        raise InputError(f"{quotation} lies past the end of {chrom}, which has {length:,} bases")
    reference = letters(chrom, start, start + len(ref))
    if reference != ref:
        raise InputError(
            f"at {chrom}:{position:,} the FASTA has {reference}, not {ref}: "
            "give the plus strand's letters of this assembly"
        )
    return Variant(chrom, start, ref, alt)


def shorten(text: str) -> str:
    """Shorten a text to fit into an error message.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most 63 characters.
    """
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."


def _parts(text: str, quotation: str) -> tuple[str, int, str, str]:
    """Split a text into contig, 1-based position, REF and ALT; check them without the genome."""
    if _NAMED.fullmatch(text):
        raise InputError(
            f"{quotation} is a name, which needs a database: look up contig, position and alleles, and give "
            "chr20:1234567 A>G"
        )
    text = _GENOMIC.sub(":", text)
    match = _SPACED.fullmatch(text) or _DASHED.fullmatch(text) or _LINE.fullmatch(text)
    if match is None:
        raise InputError(f"{quotation} is not a variant; {_HOW}")
    name, digits = match[1], match[2].replace(",", "")
    ref, alt = ("" if allele in _NONE else allele.upper().replace("U", "T") for allele in match.groups()[2:])
    if "," in alt:
        raise InputError(f"{quotation} has several alternate alleles: give them one at a time")
    for allele in (ref, alt):
        if set(allele) - set("ACGTN"):
            raise InputError(f"the allele {shorten(allele)} is not made of A, C, G and T; {_HOW}")
        if len(allele) > LONGEST:
            raise InputError(f"an allele of {len(allele)} letters is too long to show: give at most {LONGEST}")
    if ref == alt:
        raise InputError(f"{quotation} changes nothing: REF and ALT are the same")
    if len(digits) > MAX_DIGITS:
        raise InputError(f"{quotation}: the position has more than {MAX_DIGITS} digits; {_HOW}")
    if not digits or int(digits) < 1:
        raise InputError(f"{quotation} lies before base 1; {_HOW}")
    return name, int(digits), ref, alt
