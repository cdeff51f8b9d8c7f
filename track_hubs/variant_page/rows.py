"""Content of a page of variants: its rows, and the picture of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Number = float | None  #: a missing number is None


@dataclass(frozen=True, slots=True)
class Lane:
    """One haplotype along the columns of a picture.

    Attributes
    ----------
    letters : str
        A letter per column; '-' for none.
    scores : sequence of float or None
        Score from 0 to 1 of the window around each letter.
    contributions : sequence of float or None
        Contribution of each letter to the log odds of one window.
    """

    letters: str
    scores: Sequence[Number]
    contributions: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Motif:
    """A motif hit that one of the haplotypes has.

    Attributes
    ----------
    name : str
        Protein, consensus and id of the motif.
    is_made : bool
        True if the alternate haplotype has it, False if the reference has it.
    first, last : int
        First and last column.
    letters : str
        Letters that match.
    p_value : float
        Chance of such a match at one position of a random sequence.
    """

    name: str
    is_made: bool
    first: int
    last: int
    letters: str
    p_value: float


@dataclass(frozen=True, slots=True)
class Gene:
    """A transcript.

    Attributes
    ----------
    name, id : str
        Symbol of the gene, accession of the transcript.
    exons : sequence of tuple[int, int]
        Exons, 0-based half-open, ascending.
    coding : tuple[int, int] or None
        First and last coding base, 0-based half-open; None if it is not coding.
    """

    name: str
    id: str
    exons: Sequence[tuple[int, int]]
    coding: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Both haplotypes around a variant, 5'→3' on the strand of the row.

    Attributes
    ----------
    places : sequence of int
        0-based position of each column; inserted letters have that of a neighbour.
    changed : sequence of int
        Columns of REF and ALT letters.
    center : int
        Column where the log odds change most.
    threshold : float
        Lowest score of a position in a site.
    reference, alternate : Lane
        The haplotypes.
    cuts : sequence of tuple[int, int]
        A column, and the number of columns that are left out before it.
    motifs : sequence of Motif
        Motif hits that the variant makes or breaks.
    gene : Gene or None
        Transcript at the variant.
    """

    places: Sequence[int]
    changed: Sequence[int]
    center: int
    threshold: float
    reference: Lane
    alternate: Lane
    cuts: Sequence[tuple[int, int]] = ()
    motifs: Sequence[Motif] = ()
    gene: Gene | None = None


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A row of the table.

    Attributes
    ----------
    chrom : str
        Contig, as the VCF names it.
    position : int
        1-based position of the record.
    id, ref, alt : str
        Of the record; '.' for no id.
    status : str
        Status of the allele.
    model, strand : str
        What was scored.
    gene, region : str or None
        At the variant; None if unknown.
    reference, alternate : float or None
        Highest score on each haplotype.
    delta : float
        Alternate minus reference score where the log odds change most.
    log_odds : float
        Change of the natural log odds there.
    p_value : float or None
        Share of background variants with such a change.
    site : str
        'gained', 'lost', 'kept', 'moved' or 'none'.
    picture : Picture
        Both haplotypes.
    """

    chrom: str
    position: int
    id: str
    ref: str
    alt: str
    status: str
    model: str
    strand: str
    gene: str | None
    region: str | None
    reference: Number
    alternate: Number
    delta: float
    log_odds: float
    p_value: Number
    site: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class VariantReport:
    """Content of a page.

    Attributes
    ----------
    title : str
        Title of the page.
    notes : sequence of str
        Paragraphs above the table.
    rows : sequence of VariantRow
        Rows, the strongest change first.
    """

    title: str
    notes: Sequence[str]
    rows: Sequence[VariantRow]
