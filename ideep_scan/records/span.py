"""A stretch of one contig on one strand, 0-based and half-open.

It does not know lengths of contigs or spellings of their names: `formats/contigs.py` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Strand = Literal["+", "-"]
STRANDS: tuple[Strand, Strand] = ("+", "-")


@dataclass(frozen=True, slots=True)
class Span:
    """`[start, end)` of `chrom` on `strand`; 0-based genome coordinates on both strands."""

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
        """Position of the base in the middle, counted 5'→3' on the strand; see `middle`."""
        return self.start + middle(len(self)) if self.strand == "+" else self.end - 1 - middle(len(self))


def middle(length: int) -> int:
    """Index of the base in the middle, 5'→3': of the two middle ones of an even length, that on the 3' side."""
    return length // 2


class Region(NamedTuple):
    """`[start, end)` of `chrom`, 0-based and half-open, on one strand; a strand of None means both."""

    chrom: str
    start: int
    end: int
    strand: Strand | None = None
