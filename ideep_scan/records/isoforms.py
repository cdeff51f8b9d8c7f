"""Isoforms as contigs: the exons of each transcript joined, read 5'→3'.

A position of an isoform is the distance from its 5' end, in nt.
The genome continues beyond both ends of an isoform: negative positions are bases 5' of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby

import numpy as np

from ideep_scan.kernels.intervals import merge
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk


class Isoforms:
    """The isoforms of an annotation, each under a name of its own.

    Isoforms of a strand that overlap or touch on the genome are one locus.
    The order is that of the contigs, then of the loci by their start, so a locus is never interrupted.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.
    contigs : mapping of str to int
        Length of each contig of the genome, in the order of the FASTA.
        Transcripts on other contigs are left out.

    Attributes
    ----------
    lengths : mapping of str to int
        Length of each isoform in nt, in their order.
        The name is the id of the transcript, with its place if another one has the same id.

    Examples
    --------
    >>> exons = np.array([(2, 4), (7, 9)])
    >>> isoforms = Isoforms([Transcript("t", "g", "G", "chr1", "-", exons)], {"chr1": 20})
    >>> isoforms.lengths
    {'t': 4}
    >>> isoforms.find_positions("t", np.array([-1, 0, 1, 2, 3])).tolist()
    [9, 8, 7, 3, 2]
    >>> isoforms.locate(Walk("t", "+", ((1, 3),))).blocks
    ((3, 4), (7, 8))
    """

    def __init__(self, transcripts: Iterable[Transcript], contigs: Mapping[str, int]):
        numbers = {chrom: number for number, chrom in enumerate(contigs)}
        placed = [transcript for transcript in transcripts if transcript.chrom in numbers]
        counts = Counter(transcript.id for transcript in placed)
        self._loci = _number_loci(placed)
        placed.sort(key=lambda transcript: (numbers[transcript.chrom], *self._loci[transcript], transcript.id))
        self._names = {transcript: _name(transcript, counts[transcript.id] > 1) for transcript in placed}
        self._transcripts = {name: transcript for transcript, name in self._names.items()}
        self.lengths: Mapping[str, int] = {
            name: int((transcript.exons[:, 1] - transcript.exons[:, 0]).sum())
            for name, transcript in self._transcripts.items()
        }
        self._index_strand = lru_cache(maxsize=None)(self._index_isoforms)
        self._lay_exons = lru_cache(maxsize=1 << 10)(self._compute_layout)

    def get_transcript(self, name: str) -> Transcript:
        """Return the transcript of an isoform."""
        return self._transcripts[name]

    def get_name(self, transcript: Transcript) -> str:
        """Return the name of a transcript's isoform."""
        return self._names[transcript]

    def find_locus(self, name: str) -> tuple[str, int, str]:
        """Return contig, start and strand of the locus of an isoform."""
        transcript = self._transcripts[name]
        return (transcript.chrom, *self._loci[transcript])

    def find_positions(self, name: str, positions: np.ndarray) -> np.ndarray:
        """Find the genome position of each position of an isoform: an int64 array (n,)."""
        firsts, starts, ends = self._lay_exons(name)
        exon = np.maximum(np.searchsorted(firsts, positions, side="right") - 1, 0)
        offsets = positions - firsts[exon]
        if self._transcripts[name].strand == "+":
            return np.asarray(starts[exon] + offsets)
        return np.asarray(ends[exon] - 1 - offsets)

    def find_copies(self, chrom: str, strand: str, position: int) -> list[tuple[str, int]]:
        """Find all isoforms that have a base of the genome.

        Parameters
        ----------
        chrom : str
            Contig.
        strand : str
            Strand of the isoforms.
        position : int
            Genome position, 0-based.

        Returns
        -------
        list of tuple of str and int
            Name and position of each isoform, in their order.
        """
        names, starts, ends = self._index_strand(chrom, strand)
        copies = []
        for number in np.flatnonzero((starts <= position) & (ends > position)).tolist():
            exons = self._transcripts[names[number]].exons
            exon = int(exons[:, 0].searchsorted(position, "right")) - 1
            if position < exons[exon, 1]:
                block = np.array([(position, position + 1)], np.int64)
                copies.append((names[number], self.find_intervals(names[number], block)[0][0]))
        return copies

    def find_intervals(self, name: str, blocks: np.ndarray) -> list[tuple[int, int]]:
        """Find the intervals of an isoform, 5'→3', at blocks of the genome.

        Parameters
        ----------
        name : str
            An isoform.
        blocks : np.ndarray
            Int64 array (n, 2): starts and ends, sorted, each in one exon.

        Returns
        -------
        list of tuple of int
            Starts and ends; blocks that follow each other in the isoform are one interval.
        """
        firsts, starts, ends = self._lay_exons(name)
        if self._transcripts[name].strand == "+":
            exon = np.searchsorted(starts, blocks[:, 0], side="right") - 1
            begins = firsts[exon] + blocks[:, 0] - starts[exon]
        else:
            blocks = blocks[::-1]
            exon = np.searchsorted(-ends, -blocks[:, 1], side="right") - 1
            begins = firsts[exon] + ends[exon] - blocks[:, 1]
        joined = merge(begins, begins + blocks[:, 1] - blocks[:, 0])
        return list(zip(*(column.tolist() for column in joined), strict=True))

    def locate(self, walk: Walk) -> Walk:
        """Find the walk of the genome that has the same bases, 5'→3'.

        Parameters
        ----------
        walk : Walk
            Blocks of one isoform, on its sense strand ("+").

        Returns
        -------
        Walk
            A block for each stretch of an exon, in genome order.
        """
        transcript = self._transcripts[walk.chrom]
        pieces = [block for start, end in walk.blocks for block in self._cut(walk.chrom, start, end)]
        return Walk(
            transcript.chrom, transcript.strand, tuple(pieces if transcript.strand == "+" else reversed(pieces))
        )

    def find_blocks(self, name: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Find the blocks of the genome, in its order, that an interval of an isoform covers."""
        walk = self.locate(Walk(name, "+", ((start, end),)))
        starts, ends = merge(*np.array(walk.blocks, np.int64).reshape(-1, 2).T)
        return tuple(zip(starts.tolist(), ends.tolist(), strict=True))

    def _index_isoforms(self, chrom: str, strand: str) -> tuple[list[str], np.ndarray, np.ndarray]:
        """List name, start and end of the isoforms of a strand."""
        items = [
            (name, transcript.start, transcript.end)
            for name, transcript in self._transcripts.items()
            if (transcript.chrom, transcript.strand) == (chrom, strand)
        ]
        places = np.array([item[1:] for item in items], np.int64).reshape(-1, 2)
        return [item[0] for item in items], places[:, 0], places[:, 1]

    def _cut(self, name: str, start: int, end: int) -> list[tuple[int, int]]:
        """List the stretches of exons in an interval of an isoform, 5'→3'."""
        firsts, starts, ends = self._lay_exons(name)
        begin = max(int(np.searchsorted(firsts, start, side="right")) - 1, 0)
        stop = max(int(np.searchsorted(firsts, end, side="left")), begin + 1)
        edges = np.array([start, *firsts[begin + 1 : stop], end], np.int64)
        lower, lengths = edges[:-1] - firsts[begin:stop], np.diff(edges)
        if self._transcripts[name].strand == "+":
            left = starts[begin:stop] + lower
            return list(zip(left.tolist(), (left + lengths).tolist(), strict=True))
        right = ends[begin:stop] - lower
        return list(zip((right - lengths).tolist(), right.tolist(), strict=True))

    def _compute_layout(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Compute the first position of each exon in the isoform, and its place in the genome, 5'→3'."""
        transcript = self._transcripts[name]
        exons = transcript.exons if transcript.strand == "+" else transcript.exons[::-1]
        lengths = exons[:, 1] - exons[:, 0]
        return np.cumsum(lengths) - lengths, exons[:, 0], exons[:, 1]


def _number_loci(transcripts: Iterable[Transcript]) -> dict[Transcript, tuple[int, str]]:
    """Find start and strand of the locus of each transcript."""

    def place(transcript: Transcript) -> tuple[str, str]:
        return transcript.chrom, transcript.strand

    loci: dict[Transcript, tuple[int, str]] = {}
    for (_, strand), group in groupby(sorted(transcripts, key=lambda item: (*place(item), item.start)), key=place):
        start = end = -1
        for transcript in group:
            if start < 0 or transcript.start > end:
                start = transcript.start
            end = max(end, transcript.end)
            loci[transcript] = start, strand
    return loci


def _name(transcript: Transcript, is_ambiguous: bool) -> str:
    if not is_ambiguous:
        return transcript.id
    return f"{transcript.id} ({transcript.chrom}:{transcript.start + 1}-{transcript.end} {transcript.strand})"
