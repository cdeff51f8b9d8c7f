"""Genome positions of the numbers that HGVS gives to the bases of a transcript (varnomen.hgvs.org, numbering)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript import Transcript


@dataclass(frozen=True, slots=True)
class TranscriptNumber:
    """Number of a base of a transcript.

    Attributes
    ----------
    base : int
        Number of the base of an exon, from 1; negative before the start codon.
    offset : int
        Distance to a base of an intron: positive downstream of the exon's end, negative upstream of its start.
    is_after_stop : bool
        True if `base` counts from the stop codon, as in `c.*34`.
    """

    base: int
    offset: int = 0
    is_after_stop: bool = False

    def __str__(self) -> str:
        text = f"{'*' if self.is_after_stop else ''}{self.base}"
        return text + (f"{self.offset:+d}" if self.offset else "")


class CodingNumbers:
    """Numbers of the bases of one transcript.

    Parameters
    ----------
    transcript : Transcript
        The transcript.

    Examples
    --------
    >>> item = Transcript("t", "g", "G", "chr1", "-", np.array([(2, 6), (10, 14)]), (4, 12))
    >>> numbers = CodingNumbers(item)
    >>> numbers.find(TranscriptNumber(1), coding=True), numbers.find(TranscriptNumber(2, 1), coding=True)
    (11, 9)
    >>> numbers.find(TranscriptNumber(1, 0, True), coding=True), numbers.find(TranscriptNumber(1), coding=False)
    (3, 13)
    """

    def __init__(self, transcript: Transcript):
        self._transcript = transcript
        self._isoform = Isoforms([transcript], {transcript.chrom: transcript.end})
        self._length = self._isoform.lengths[transcript.id]

    def find(self, number: TranscriptNumber, *, coding: bool) -> int:
        """Find the genome position of a number.

        Parameters
        ----------
        number : TranscriptNumber
            The number.
        coding : bool
            True for numbers of the coding part (`c.`), False for those of the whole transcript (`n.`).

        Returns
        -------
        int
            Genome position, 0-based.

        Raises
        ------
        ValueError
            The transcript has no such base, is not coding, or the base of an offset is not at that end of an exon.
        """
        position = self._find_spliced(number, coding=coding)
        if not 0 <= position < self._length:
            raise ValueError(f"{self._transcript.id} has {self._length:,} nt, so it has no base {number}")
        (place,) = self._isoform.find_positions(self._transcript.id, np.array([position])).tolist()
        if not number.offset:
            return int(place)
        first, last = self._exon_ends(place)
        if place != (last if number.offset > 0 else first):
            end = "last" if number.offset > 0 else "first"
            raise ValueError(f"in {number}, the base is not the {end} one of an exon of {self._transcript.id}")
        if place == self._end(number.offset > 0):
            raise ValueError(f"in {number}, the exon of {self._transcript.id} has no intron on that side")
        return int(place) + (number.offset if self._transcript.strand == "+" else -number.offset)

    def _find_spliced(self, number: TranscriptNumber, *, coding: bool) -> int:
        """Return the position along the spliced transcript, from 0; it may lie outside."""
        if not coding:
            if number.is_after_stop or number.base < 1:
                raise ValueError(f"n.{number}: numbers begin at 1; give c. for the coding part")
            return number.base - 1
        if self._transcript.cds is None:
            raise ValueError(f"{self._transcript.id} is not coding: give n. instead of c.")
        first, last = self._transcript.cds
        ends = [self._find_position(place) for place in (first, last - 1)]
        start, stop = min(ends), max(ends)
        if number.base == 0 or (number.is_after_stop and number.base < 0):
            raise ValueError(f"there is no base c.{number}")
        if number.is_after_stop:
            return stop + number.base
        position = start + number.base - (number.base > 0)
        if position > stop:
            raise ValueError(
                f"the coding part of {self._transcript.id} has {stop - start + 1:,} nt; give c.*1 after it"
            )
        return position

    def _find_position(self, place: int) -> int:
        block = np.array([(place, place + 1)], np.int64)
        return self._isoform.find_intervals(self._transcript.id, block)[0][0]

    def _exon_ends(self, place: int) -> tuple[int, int]:
        """Return the first and the last base, 5'→3', of the exon with a base."""
        start, end = next((start, end) for start, end in self._transcript.exons.tolist() if start <= place < end)
        return (start, end - 1) if self._transcript.strand == "+" else (end - 1, start)

    def _end(self, at_three_prime: bool) -> int:
        """Return the outermost base of the transcript on a side."""
        at_right = at_three_prime == (self._transcript.strand == "+")
        return self._transcript.end - 1 if at_right else self._transcript.start
