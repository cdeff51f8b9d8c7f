"""The parts of a transcript as the lines of an annotation give them, and what a line can be. It reads no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache

Block = tuple[int, int]
Piece = tuple[int, int, int | None]  # start, end, exon number
STRANDS = frozenset("+-.?")
_LARGEST = 2**32  # bases that bigWig and BED readers can address
_DIGITS = len(str(_LARGEST))


class Role(Enum):
    """What a line says of a transcript."""

    EXON = "exon"
    CODING = "coding part"
    UTR = "untranslated region"
    TRANSCRIPT = "transcript"
    GENE = "gene"


_EXONS = re.compile(
    r"(?:(?:noncoding|coding|interior|pseudogenic|(?:five|three)prime(?:coding|noncoding)?|single))?exon"
)
_CODING = re.compile(r"cds|startcodon|stopcodon")
_UTR = re.compile(
    r"(?:utr|untranslatedregion)(?:5|3|5p|3p|5prime|3prime)?|(?:five|three|5|3)p?(?:prime)?(?:utr|untranslatedregion)"
)


@cache
def role(kind: str) -> Role | None:
    """What lines of a kind (column 3) say of a transcript, in any spelling: "five_prime_UTR", "5'UTR", "UTR"."""
    plain = re.sub(r"[^a-z0-9]", "", kind.lower())
    for pattern, found in ((_EXONS, Role.EXON), (_CODING, Role.CODING), (_UTR, Role.UTR)):
        if pattern.fullmatch(plain):
            return found
    return {"transcript": Role.TRANSCRIPT, "mrna": Role.TRANSCRIPT, "gene": Role.GENE}.get(plain)


@dataclass(slots=True)
class Parts:
    """What the lines of an annotation say of one transcript; pieces are 0-based half-open, in the order of the file.

    Attributes
    ----------
    exons, coding, untranslated : list of Piece
        From exon lines; from CDS, start codon and stop codon lines; from lines of UTRs.
    places : list of Block
        Extents from the lines of the transcript itself; several where one accession maps to several places.
    line : int
        The 1-based line that named it first.
    located : bool
        Whether the format says which exons belong together, or an id alone does.
    copy : bool
        Whether it is one of several that share an id, told apart by their exon numbers.
    attributes : str
        The attribute column of its first line, where no line of the transcript itself has one.
    """

    id: str
    gene_id: str
    gene_name: str
    chrom: str
    strand: str
    line: int
    exons: list[Piece] = field(default_factory=list)
    coding: list[Piece] = field(default_factory=list)
    untranslated: list[Piece] = field(default_factory=list)
    places: list[Block] = field(default_factory=list)
    located: bool = False
    copy: bool = False
    attributes: str = ""

    def add(self, what: Role, start: int, end: int, number: int | None = None) -> None:
        """Add what one line says."""
        if what is Role.EXON:
            self.exons.append((start, end, number))
        elif what is Role.CODING:
            self.coding.append((start, end, number))
        elif what is Role.UTR:
            self.untranslated.append((start, end, number))
        else:
            self.places.append((start, end))

    def take(self, other: Parts) -> None:
        """Add the pieces of another record of the same transcript."""
        for pieces, more in zip(self._lists(), other._lists(), strict=True):
            pieces.extend(more)
        self.places.extend(other.places)

    def pieces(self) -> Iterator[Piece]:
        """All pieces."""
        for pieces in self._lists():
            yield from pieces

    def where(self, belongs: Callable[[Piece], bool], places: list[Block] | None = None) -> Parts:
        """A copy with some of the pieces."""
        exons, coding, untranslated = ([piece for piece in pieces if belongs(piece)] for pieces in self._lists())
        places = self.places if places is None else places
        return replace(self, exons=exons, coding=coding, untranslated=untranslated, places=places)

    def _lists(self) -> tuple[list[Piece], list[Piece], list[Piece]]:
        return self.exons, self.coding, self.untranslated


def parse_interval(first: str, last: str) -> Block:
    """(start, end), 0-based half-open, of a 1-based inclusive interval; ValueError says what is wrong."""
    if first.isdigit() and last.isdigit() and len(last) <= _DIGITS:
        start, end = int(first), int(last)
        if 0 < start <= end <= _LARGEST:
            return start - 1, end
    raise ValueError(f"start {parse_number(first)} and end {parse_number(last)}: 1 <= start <= end is needed")


def parse_number(text: str) -> int:
    """A coordinate; ValueError says what is wrong."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text[:40]!r} is not a whole number")
    if len(text) > _DIGITS or int(text) > _LARGEST:
        raise ValueError(f"{text[:40]} is beyond any contig")
    return int(text)


def merge_blocks(blocks: list[Block]) -> list[Block]:
    """Blocks in ascending order, those that overlap or touch joined to one."""
    merged: list[Block] = []
    for start, end in sorted(blocks):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
