"""An annotated transcript. `features/transcript_regions.py` derives region types from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand

_BRACKETS = str.maketrans("<>", "()")  # genome browsers show names without escaping them


def clean_name(text: str) -> str:
    r"""Replace characters that break a table or a web page.

    Control characters become blanks, < and > become round brackets.

    Parameters
    ----------
    text : str
        A name from an annotation.

    Returns
    -------
    str
        The name on one line.

    Examples
    --------
    >>> clean_name("A\tB<i>")
    'A B(i)'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text).translate(_BRACKETS)


@dataclass(frozen=True, slots=True, eq=False)
class Transcript:
    """Exons and coding part of one transcript, 0-based half-open genome coordinates.

    Attributes
    ----------
    id : str
        Accession of the transcript, as `clean_name` returns it.
    gene_id, gene_name : str
        Identifier and symbol of the gene, as `clean_name` returns them. They are equal if the annotation has only one.
    chrom : str
        Name of the contig.
    strand : Strand
        "+" or "-".
    exons : np.ndarray
        int64 array (n, 2), n >= 1: starts and ends, sorted by start, without overlaps.
    cds : tuple[int, int] or None
        Start and end of the coding part, from the first to the last coding base, stop codon included.
        None for a non-coding transcript.
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
                object.__setattr__(self, field, clean_name(text))

    @property
    def start(self) -> int:
        """Start of the first exon."""
        return int(self.exons[0, 0])

    @property
    def end(self) -> int:
        """End of the last exon."""
        return int(self.exons[-1, 1])
