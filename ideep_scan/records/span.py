"""A stretch of one contig on one strand, 0-based and half-open.

It does not know lengths of contigs or spellings of their names: `formats/contigs.py` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
