"""Region types and landmarks of an annotation: a step function and sorted positions for each strand.

All transcripts of a strand are combined, so a position has several types if isoforms disagree.
Annotation files are read in `formats/annotation`; tensors are built in `features/modalities/region.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript

REGION_TYPES = ("intron", "CDS", "5'UTR", "3'UTR", "exon")
INTRON, CDS, UTR5, UTR3, EXON = (1 << bit for bit in range(5))
LANDMARKS = ("TSS", "polyA", "donor", "acceptor", "start codon", "stop codon", "gene start", "gene end")

_PRECEDENCE = ((CDS, "CDS"), (UTR5, "5'UTR"), (UTR3, "3'UTR"), (EXON, "exon"), (INTRON, "intron"))
_NOWHERE = (np.zeros(1, np.int64), np.zeros(1, np.uint8))
_NONE = np.zeros(0, np.int64)

Intervals = list[tuple[int, int]]


def region_name(mask: int) -> str:
    """Choose one name for a position: CDS before 5'UTR, 3'UTR, exon and intron; 'intergenic' without a type."""
    return next((name for bit, name in _PRECEDENCE if mask & bit), "intergenic")


class RegionMap:
    """Region types and landmarks of every strand of every annotated contig.

    A contig without annotation has mask 0 and no landmarks.
    The arrays of a strand are computed on first use.

    Parameters
    ----------
    transcripts : iterable of Transcript
        Transcripts on contigs of the FASTA.
    """

    def __init__(self, transcripts: Iterable[Transcript]):
        by_strand: dict[tuple[str, Strand], list[Transcript]] = defaultdict(list)
        for transcript in transcripts:
            by_strand[transcript.chrom, transcript.strand].append(transcript)
        self._transcripts = dict(by_strand)
        self._steps: dict[tuple[str, Strand], tuple[np.ndarray, np.ndarray]] = {}
        self._landmarks: dict[tuple[str, Strand], tuple[np.ndarray, ...]] = {}

    def find_types(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Look up region types: uint8 array (n,), a mask of INTRON, CDS, UTR5, UTR3 and EXON per genome position."""
        key = chrom, strand
        if key not in self._steps:
            self._steps[key] = _steps(self._transcripts[key]) if key in self._transcripts else _NOWHERE
        breaks, masks = self._steps[key]
        return masks[np.maximum(np.searchsorted(breaks, positions, side="right") - 1, 0)]

    def find_landmarks(self, chrom: str, strand: Strand) -> tuple[np.ndarray, ...]:
        """Return ascending landmark positions, negated on the minus strand: an int64 array for each of `LANDMARKS`."""
        key = chrom, strand
        if key not in self._landmarks:
            annotated = key in self._transcripts
            empty = (_NONE,) * len(LANDMARKS)
            self._landmarks[key] = _landmarks(self._transcripts[key], strand) if annotated else empty
        return self._landmarks[key]


def _steps(transcripts: list[Transcript]) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions at which the mask changes, and the mask from each on; the first is below 0 with mask 0."""
    parts: tuple[Intervals, ...] = tuple([] for _ in REGION_TYPES)
    for transcript in transcripts:
        for intervals, added in zip(parts, _parts(transcript), strict=True):
            intervals.extend(added)
    edges, bits, changes = [], [], []
    for bit, intervals in enumerate(parts):
        if intervals:
            array = np.asarray(intervals, np.int64)
            edges.append(array.T.ravel())
            bits.append(np.full(array.size, bit))
            changes.append(np.repeat((1, -1), len(array)))
    edge = np.concatenate(edges)
    breaks, index = np.unique(edge, return_inverse=True)
    depth = np.zeros((len(REGION_TYPES), breaks.size), np.int64)
    np.add.at(depth, (np.concatenate(bits), index), np.concatenate(changes))
    covered = depth.cumsum(axis=1) > 0
    masks = (covered.astype(np.uint8) << np.arange(5, dtype=np.uint8)[:, None]).sum(axis=0, dtype=np.uint8)
    return np.r_[np.iinfo(np.int64).min, breaks], np.r_[np.uint8(0), masks]


def _parts(transcript: Transcript) -> tuple[Intervals, Intervals, Intervals, Intervals, Intervals]:
    """Split a transcript into introns, CDS, 5'UTR, 3'UTR and exons, in the order of `REGION_TYPES`."""
    exons = [(int(start), int(end)) for start, end in transcript.exons]
    introns = [(left[1], right[0]) for left, right in pairwise(exons) if left[1] < right[0]]
    if transcript.cds is None:
        return introns, [], [], [], exons
    first, last = transcript.cds
    coding = _clip(exons, first, last)
    lower, upper = _clip(exons, transcript.start, first), _clip(exons, last, transcript.end)
    utr5, utr3 = (lower, upper) if transcript.strand == "+" else (upper, lower)
    return introns, coding, utr5, utr3, exons


def _clip(intervals: Intervals, start: int, end: int) -> Intervals:
    return [(max(a, start), min(b, end)) for a, b in intervals if max(a, start) < min(b, end)]


def _landmarks(transcripts: list[Transcript], strand: Strand) -> tuple[np.ndarray, ...]:
    """Gather the landmarks of one strand: the first or last base of the element that names each."""
    landmarks: tuple[list[int], ...] = tuple([] for _ in LANDMARKS)
    tss, polya, donor, acceptor, start_codon, stop_codon, gene_start, gene_end = landmarks

    def ends(start: int, end: int) -> tuple[int, int]:
        """Return the first and last base of an interval in strand coordinates."""
        return (start, end - 1) if strand == "+" else (1 - end, -start)

    for transcript in transcripts:
        first, last = ends(transcript.start, transcript.end)
        tss.append(first)
        polya.append(last)
        exons = sorted(ends(int(start), int(end)) for start, end in transcript.exons)
        donor.extend(end for _, end in exons[:-1])
        acceptor.extend(start for start, _ in exons[1:])
        if transcript.cds is not None:
            first, last = ends(*transcript.cds)
            start_codon.append(first)
            stop_codon.append(last)
    for start, end in _genes(transcripts):
        first, last = ends(start, end)
        gene_start.append(first)
        gene_end.append(last)
    return tuple(np.unique(np.asarray(bases, np.int64)) for bases in landmarks)


def _genes(transcripts: list[Transcript]) -> Intervals:
    """Merge overlapping transcripts of each gene; one gene id may have several intervals."""
    by_gene: dict[str, Intervals] = defaultdict(list)
    for transcript in transcripts:
        by_gene[transcript.gene_id].append((transcript.start, transcript.end))
    genes: Intervals = []
    for places in by_gene.values():
        places.sort()
        start, end = places[0]
        for left, right in places[1:]:
            if left < end:
                end = max(end, right)
            else:
                genes.append((start, end))
                start, end = left, right
        genes.append((start, end))
    return genes
