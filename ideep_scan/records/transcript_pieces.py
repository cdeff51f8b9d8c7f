"""A transcript as a drawing shows it 5'→3': exons and introns, cut to what is in view, with bins for their scores.

Positions along the unspliced transcript are distances from its 5' end in nt, on either strand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript import Transcript

Introns = Literal["folded", "scale", "none"]


@dataclass(frozen=True, slots=True)
class Exon:
    """An exon, 5'→3'.

    Attributes
    ----------
    start, end : int
        Place along the unspliced transcript, half-open.
    position : int
        Place of its first base along the spliced transcript.
    """

    start: int
    end: int
    position: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one exon or intron.

    Attributes
    ----------
    is_exon : bool
        False for a stretch of an intron.
    start, end : int
        Place along the unspliced transcript, half-open.
    block : tuple[int, int]
        Start and end on the genome.
    bins : int
        Number of equal bins into which its scores are put, at least 1.
    """

    is_exon: bool
    start: int
    end: int
    block: tuple[int, int]
    bins: int


class TranscriptMap:
    """Convert between the genome and both ways along a transcript: spliced and unspliced.

    Parameters
    ----------
    transcript : Transcript
        The transcript.

    Attributes
    ----------
    transcript : Transcript
        The transcript.
    exons : tuple[Exon, ...]
        Its exons, 5'→3'.

    Examples
    --------
    >>> item = Transcript("t", "g", "G", "chr1", "-", np.array([(2, 4), (7, 9)]))
    >>> TranscriptMap(item).exons
    (Exon(start=0, end=2, position=0), Exon(start=5, end=7, position=2))
    >>> TranscriptMap(item).find_interval(7, 8)
    (1, 2)
    """

    def __init__(self, transcript: Transcript):
        self.transcript = transcript
        contigs = {transcript.chrom: transcript.end}
        extent = np.array([(transcript.start, transcript.end)], np.int64)
        whole = Transcript(transcript.id, "", "", transcript.chrom, transcript.strand, extent)
        self._unspliced = Isoforms([whole], contigs)
        self._spliced = Isoforms([transcript], contigs)
        exons = transcript.exons if transcript.strand == "+" else transcript.exons[::-1]
        self.exons = tuple(self._describe(exon[np.newaxis]) for exon in exons)

    def __len__(self) -> int:
        """Return the length of the unspliced transcript in nt."""
        return self._unspliced.lengths[self.transcript.id]

    def find_interval(self, start: int, end: int) -> tuple[int, int] | None:
        """Find the place of a block of the genome along the unspliced transcript.

        The block is clipped to the transcript; None if it lies outside.
        """
        first, last = max(start, self.transcript.start), min(end, self.transcript.end)
        if first >= last:
            return None
        return self._unspliced.find_intervals(self.transcript.id, np.array([(first, last)], np.int64))[0]

    def find_coding_part(self) -> tuple[int, int] | None:
        """Find the coding part along the spliced transcript, half-open; None if there is none."""
        if self.transcript.cds is None:
            return None
        first, last = self.transcript.cds
        ends = np.array([(first, first + 1), (last - 1, last)], np.int64)
        places = [self._spliced.find_intervals(self.transcript.id, row[np.newaxis])[0] for row in ends]
        return min(start for start, _ in places), max(end for _, end in places)

    def cut(self, first: int, last: int, *, step: int, introns: Introns, fold: int) -> list[Piece]:
        """Cut what is in view to pieces, 5'→3'.

        Parameters
        ----------
        first, last : int
            What is in view, along the unspliced transcript, half-open.
        step : int
            Nt of a bin.
        introns : Introns
            Introns have `fold` bins each, bins of `step` nt like exons, or no piece.
        fold : int
            Bins of a folded intron.
        """
        pieces: list[Piece] = []
        for number, exon in enumerate(self.exons):
            pieces += self._cut_piece(exon.start, exon.end, first, last, is_exon=True, step=step)
            if number + 1 == len(self.exons) or introns == "none":
                continue
            start, end = exon.end, self.exons[number + 1].start
            limit = fold if introns == "folded" else None
            pieces += self._cut_piece(start, end, first, last, is_exon=False, step=step, limit=limit)
        return pieces

    def _cut_piece(
        self, start: int, end: int, first: int, last: int, *, is_exon: bool, step: int, limit: int | None = None
    ) -> list[Piece]:
        """Cut an exon or intron to what is in view; an empty list if nothing of it is."""
        start, end = max(start, first), min(end, last)
        if start >= end:
            return []
        bins = -(-(end - start) // step) if limit is None else min(end - start, limit)
        block = self._unspliced.find_blocks(self.transcript.id, start, end)[0]
        return [Piece(is_exon, start, end, block, bins)]

    def _describe(self, exon: np.ndarray) -> Exon:
        """Find the places of an exon, given as an int64 array (1, 2)."""
        start, end = self._unspliced.find_intervals(self.transcript.id, exon)[0]
        return Exon(start, end, self._spliced.find_intervals(self.transcript.id, exon)[0][0])
