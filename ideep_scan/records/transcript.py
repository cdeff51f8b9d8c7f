"""One annotated transcript. It does not compute region types: `features/transcript_regions.py` does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand

_BRACKETS = str.maketrans("<>", "()")  # genome browsers show names without escaping them


def plain_name(text: str) -> str:
    """Replace what would break a column, a line or a web page: control characters by blanks, < and > by brackets.

    Examples
    --------
    >>> plain_name("A\\tB<i>")
    'A B(i)'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text).translate(_BRACKETS)


@dataclass(frozen=True, slots=True, eq=False)
class Transcript:
    """Exons and coding part of one transcript, 0-based half-open genome coordinates.

    Attributes
    ----------
    exons : int64 array (n, 2), sorted by start, not overlapping, n >= 1.
    cds : (start, end) of the coding part from the first to the last coding base (stop codon included, introns
        inside not removed), or None for a non-coding transcript.
    id, gene_id, gene_name : as the annotation gives them (`plain_name`); gene id and name are the same text where it
        gives only one.
    """

    id: str
    gene_id: str
    gene_name: str
    chrom: str
    strand: Strand
    exons: np.ndarray
    cds: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for field in ("id", "gene_id", "gene_name"):
            text = getattr(self, field)
            if not text.isprintable() or "<" in text or ">" in text:
                object.__setattr__(self, field, plain_name(text))

    @property
    def start(self) -> int:
        return int(self.exons[0, 0])

    @property
    def end(self) -> int:
        return int(self.exons[-1, 1])
