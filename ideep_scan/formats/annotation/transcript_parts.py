"""Parts of a transcript as the lines of an annotation list them, and the roles of lines."""

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
    """Role of a line in a transcript."""

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
def find_role(kind: str) -> Role | None:
    """Return the role of lines of a type (column 3), in any spelling: "five_prime_UTR", "5'UTR", "UTR".

    Parameters
    ----------
    kind : str
        The type.

    Returns
    -------
    Role or None
        None if lines of this type are not part of a transcript.

    Examples
    --------
    >>> find_role("five_prime_UTR")
    <Role.UTR: 'untranslated region'>
    """
    plain = re.sub(r"[^a-z0-9]", "", kind.lower())
    for pattern, line_role in ((_EXONS, Role.EXON), (_CODING, Role.CODING), (_UTR, Role.UTR)):
        if pattern.fullmatch(plain):
            return line_role
    return {"transcript": Role.TRANSCRIPT, "mrna": Role.TRANSCRIPT, "gene": Role.GENE}.get(plain)


@dataclass(slots=True)
class Parts:
    """The lines of an annotation that belong to one transcript. Pieces are 0-based half-open, in the order of the file.

    Attributes
    ----------
    id : str
        Identifier of the transcript.
    gene_id, gene_name : str
        Identifier and name of the gene; may be empty at first.
    chrom : str
        Name of the contig.
    strand : str
        Strand column: + - . or ?
    line : int
        1-based number of the first line.
    exons : list[Piece]
        From exon lines.
    coding : list[Piece]
        From lines of CDS, start codons and stop codons.
    untranslated : list[Piece]
        From lines of UTRs.
    places : list[Block]
        From lines of the transcript itself; several if its accession maps to several places.
    located : bool
        True if the format says which exons belong together, so that a shared id is not the only evidence.
    copy : bool
        True for one of several transcripts that share an id and were separated by their exon numbers.
    attributes : str
        Attribute column of the first line, if the transcript itself has no line.
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

    def add(self, line_role: Role, start: int, end: int, number: int | None = None) -> None:
        """Add one line.

        Parameters
        ----------
        line_role : Role
            Role of the line.
        start, end : int
            0-based half-open coordinates.
        number : int or None
            Exon number.
        """
        if line_role is Role.EXON:
            self.exons.append((start, end, number))
        elif line_role is Role.CODING:
            self.coding.append((start, end, number))
        elif line_role is Role.UTR:
            self.untranslated.append((start, end, number))
        else:
            self.places.append((start, end))

    def take(self, record: Parts) -> None:
        """Add the pieces of another record of the same transcript.

        Parameters
        ----------
        record : Parts
            The other record.
        """
        for pieces, additions in zip(self._lists(), record._lists(), strict=True):
            pieces.extend(additions)
        self.places.extend(record.places)

    def pieces(self) -> Iterator[Piece]:
        """Iterate over all pieces.

        Yields
        ------
        Piece
            Exons, then coding parts, then untranslated regions.
        """
        for pieces in self._lists():
            yield from pieces

    def where(self, belongs: Callable[[Piece], bool], places: list[Block] | None = None) -> Parts:
        """Copy the record with a selection of its pieces.

        Parameters
        ----------
        belongs : Callable[[Piece], bool]
            Select a piece.
        places : list[Block] or None
            Places of the copy; None keeps them.

        Returns
        -------
        Parts
            The copy.
        """
        exons, coding, untranslated = ([piece for piece in pieces if belongs(piece)] for pieces in self._lists())
        places = self.places if places is None else places
        return replace(self, exons=exons, coding=coding, untranslated=untranslated, places=places)

    def _lists(self) -> tuple[list[Piece], list[Piece], list[Piece]]:
        return self.exons, self.coding, self.untranslated


def parse_interval(first: str, last: str) -> Block:
    """Parse a 1-based inclusive interval.

    Parameters
    ----------
    first, last : str
        The two columns.

    Returns
    -------
    tuple[int, int]
        Start and end, 0-based half-open.

    Raises
    ------
    ValueError
        The columns are not such an interval.

    Examples
    --------
    >>> parse_interval("11", "20")
    (10, 20)
    """
    if first.isascii() and last.isascii() and first.isdigit() and last.isdigit() and len(first) <= _DIGITS >= len(last):
        start, end = int(first), int(last)
        if 0 < start <= end <= _LARGEST:
            return start - 1, end
    raise ValueError(f"start {parse_number(first)} and end {parse_number(last)}: 1 <= start <= end is needed")


def parse_number(text: str) -> int:
    """Parse a coordinate.

    Parameters
    ----------
    text : str
        The column.

    Returns
    -------
    int
        The coordinate.

    Raises
    ------
    ValueError
        The text is not a whole number, or exceeds the length of any contig.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text[:40]!r} is not a whole number")
    if len(text) > _DIGITS or int(text) > _LARGEST:
        raise ValueError(f"{text[:40]} exceeds the length of any contig")
    return int(text)


def merge_blocks(blocks: list[Block]) -> list[Block]:
    """Sort blocks and merge those that overlap or touch.

    Parameters
    ----------
    blocks : list[Block]
        0-based half-open, in any order.

    Returns
    -------
    list[Block]
        In ascending order.

    Examples
    --------
    >>> merge_blocks([(5, 8), (0, 3), (3, 5), (10, 12)])
    [(0, 8), (10, 12)]
    """
    union: list[Block] = []
    for start, end in sorted(blocks):
        if union and start <= union[-1][1]:
            union[-1] = union[-1][0], max(end, union[-1][1])
        else:
            union.append((start, end))
    return union
