"""Intervals of one contig, 0-based and half-open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Strand = Literal["+", "-"]
STRANDS: tuple[Strand, Strand] = ("+", "-")


@dataclass(frozen=True, slots=True)
class Span:
    """The interval `[start, end)` of a contig on one strand.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start, end : int
        Genome coordinates, 0-based half-open, on both strands.
    strand : Strand
        "+" or "-".

    Raises
    ------
    ValueError
        The interval ends before it starts.

    Examples
    --------
    >>> Span("chr1", 10, 14, "+").centre, Span("chr1", 10, 14, "-").centre
    (12, 11)
    """

    chrom: str
    start: int
    end: int
    strand: Strand

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"span ends before it starts: {self}")

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def centre(self) -> int:
        """Genome position of the base in the middle; see `find_middle`."""
        return self.start + find_middle(len(self)) if self.strand == "+" else self.end - 1 - find_middle(len(self))


def find_middle(length: int) -> int:
    """Return the index 5'→3' of the base in the middle.

    An even length has two bases in the middle; the one on the 3' side counts.

    Parameters
    ----------
    length : int
        Number of bases.

    Returns
    -------
    int
        The index, 0-based.
    """
    return length // 2


class Region(NamedTuple):
    """The interval `[start, end)` of a contig, 0-based half-open.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start, end : int
        Genome coordinates.
    strand : Strand or None
        None: both strands.
    """

    chrom: str
    start: int
    end: int
    strand: Strand | None = None
