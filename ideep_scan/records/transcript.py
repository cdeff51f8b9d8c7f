"""One annotated transcript. It does not compute region types: `features/regions.py` does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand


@dataclass(frozen=True, slots=True, eq=False)
class Transcript:
    """Exons and coding part of one transcript, 0-based half-open genome coordinates.

    Attributes
    ----------
    exons : int64 array (n, 2), sorted by start, not overlapping, n >= 1.
    cds : (start, end) of the coding part from the first to the last coding base (stop codon included, introns
        inside not removed), or None for a non-coding transcript.
    gene_id, gene_name : as the annotation gives them; the same text in both where it gives only one.
    """

    id: str
    gene_id: str
    gene_name: str
    chrom: str
    strand: Strand
    exons: np.ndarray
    cds: tuple[int, int] | None = None

    @property
    def start(self) -> int:
        return int(self.exons[0, 0])

    @property
    def end(self) -> int:
        return int(self.exons[-1, 1])
