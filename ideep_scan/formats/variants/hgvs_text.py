"""Parse variants that name a transcript, such as NM_006814:c.88+5G>A (HGVS)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.variant_text import LONGEST, shorten
from ideep_scan.records.coding_numbers import CodingNumbers, TranscriptNumber
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant import Variant

_PATTERN = re.compile(
    r"\s*([\w.-]{1,60})(?:\([\w.-]{1,60}\))?\s*:\s*([cn])\.\s*([*\-0-9+]{1,30})(?:_([*\-0-9+]{1,30}))?\s*([A-Za-z>]{1,500})\s*"
)
_NUMBER = re.compile(r"(\*)?(-?[0-9]{1,9})([+-][0-9]{1,9})?")
_EDIT = re.compile(r"([ACGTU])>([ACGTU])|(del|dup)([ACGTU]*)|ins([ACGTU]+)|del([ACGTU]*)ins([ACGTU]+)", re.IGNORECASE)
_HOW = "write it like NM_006814:c.123A>G, c.-12del, c.*34_*36dup, c.88+5G>A or NR_024227:n.7_8insA"
_COMPLEMENT = str.maketrans("ACGT", "TGCA")
Letters = Callable[[str, int, int], str]


def names_transcript(text: str) -> bool:
    """Tell whether a text is a variant that names a transcript.

    Examples
    --------
    >>> names_transcript("NM_006814:c.123A>G"), names_transcript("chr20:1146135:T:C")
    (True, False)
    """
    return re.search(r":\s*[cn]\.", text) is not None


def read_hgvs(text: str, find: Callable[[str], list[Transcript]], letters: Letters) -> Variant:
    """Parse a variant of a transcript and place it on the genome.

    Parameters
    ----------
    text : str
        The variant. Substitutions, del, dup, ins and delins are read.
    find : callable
        Return the transcripts with an accession.
    letters : callable
        Return the DNA letters of `[start, end)` of a contig's plus strand.

    Returns
    -------
    Variant
        The variant, with letters of the plus strand.

    Raises
    ------
    InputError
        The text is malformed, the transcript is unknown or has several places, or lacks the base; or the genome has
        another base there.
    """
    quotation = repr(shorten(" ".join(text.split())))
    match = _PATTERN.fullmatch(text)
    edit = match and _EDIT.fullmatch(match[5])
    if match is None or edit is None:
        raise InputError(f"{quotation} is not a variant of a transcript; {_HOW}")
    transcripts = find(match[1])
    if not transcripts:
        raise InputError(
            f"{match[1]} is not among the transcripts of the annotation: give one of its accessions, or the position "
            "on the genome, like chr20:1146135 T>C"
        )
    if len(transcripts) > 1:
        raise InputError(f"{match[1]} has {len(transcripts)} places in the annotation: give the position on the genome")
    numbers = [_read_number(part, quotation) for part in (match[3], match[4] or match[3])]
    try:
        places = [CodingNumbers(transcripts[0]).find(number, coding=match[2] == "c") for number in numbers]
    except ValueError as error:
        raise InputError(f"{quotation}: {error}") from error
    return _make_variant(transcripts[0], places, edit, letters, quotation=quotation)


def _make_variant(
    transcript: Transcript, places: list[int], edit: re.Match[str], letters: Letters, *, quotation: str
) -> Variant:
    """Make the variant of an edit between two places, given 5'→3'."""
    is_minus = transcript.strand == "-"
    first, last = sorted(places)
    if places != ([last, first] if is_minus else [first, last]):
        raise InputError(f"{quotation}: the second position is before the first one")
    ref, alt, _, repeated, inserted, deleted, replacement = (
        None if part is None else part.upper().replace("U", "T") for part in edit.groups()
    )
    if last - first >= LONGEST or max(map(len, (repeated or "", inserted or "", replacement or ""))) > LONGEST:
        raise InputError(f"{quotation}: an allele is too long to show: give at most {LONGEST} letters")
    if ref and first != last:
        raise InputError(f"{quotation}: one base replaces one base; write delins for several")
    chrom = transcript.chrom
    bases = letters(chrom, first, last + 1)
    typed = ref or repeated or deleted
    rna = bases[::-1].translate(_COMPLEMENT) if is_minus else bases
    if typed and typed != rna:
        raise InputError(f"{quotation}: {transcript.id} has {rna} there in this genome, not {typed}")
    if inserted:
        if last - first != 1:
            raise InputError(f"{quotation}: an insertion lies between two neighbouring bases, like 12_13insA")
        return Variant(chrom, last, "", _orient(inserted, is_minus))
    if (edit[3] or "").lower() == "dup":
        place = first if is_minus else last + 1
        return Variant(chrom, place, "", bases)
    new = _orient(alt or replacement or "", is_minus)
    if new == bases:
        raise InputError(f"{quotation} changes nothing: REF and ALT are the same")
    return Variant(chrom, first, bases, new)


def _orient(text: str, is_minus: bool) -> str:
    return text[::-1].translate(_COMPLEMENT) if is_minus else text


def _read_number(text: str, quotation: str) -> TranscriptNumber:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InputError(f"{quotation}: {shorten(text)} is not a position; {_HOW}")
    return TranscriptNumber(int(match[2]), int(match[3] or 0), match[1] is not None)
