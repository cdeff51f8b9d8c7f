"""Where a scan goes: transcripts and regions to loci, loci to chunks, chunks to walks.

It is the same plan whatever the model. It reads no sequence (the bases of a chunk are handed in) and scores nothing.
Chunks end at fixed places of a contig, so that cutting a scan into regions or shards does not move them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np

from ideep_scan.kernels.intervals import merge
from ideep_scan.kernels.scorable import inside, pack, runs, scorable
from ideep_scan.records.span import STRANDS, Region, Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.settings import CHUNK, WALK


def loci(
    contigs: Mapping[str, int],
    transcripts: Iterable[Transcript] | None = None,
    regions: Iterable[Region | tuple[str, int, int]] | None = None,
    strands: Sequence[Strand] = STRANDS,
) -> Iterator[Span]:
    """What is scanned, no position of a strand twice.

    With transcripts, those of a strand that overlap or touch form one locus (scored once, as pre-mRNA), and only
    transcribed strands are scanned; without, whole contigs on each of the strands. Both are clipped to the regions.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig, in the order of the FASTA.
        Transcripts and regions elsewhere are passed over.
    regions : Iterable[Region or tuple[str, int, int]] or None
        `(chrom, start, end)` and perhaps a strand, 0-based half-open, any order, may overlap; without a strand a region
        holds for both.

    Yields
    ------
    Span
        Contig by contig in the order of `contigs`; in a contig the plus strand first, each strand by start.
    """
    transcribed = None
    if transcripts is not None:
        transcribed = defaultdict(list)
        for transcript in transcripts:
            transcribed[transcript.chrom, transcript.strand].append((transcript.start, transcript.end))
    asked = None
    if regions is not None:
        asked = defaultdict(list)
        for chrom, start, end, on in (Region(*region) for region in regions):
            for strand in STRANDS if on is None else (on,):
                asked[chrom, strand].append((start, end))
    for chrom, length in contigs.items():
        whole = np.array([(0, length)], np.int64)
        for strand in STRANDS:
            if strand in strands:
                on_strand = whole if asked is None else _intersect(_union(asked.get((chrom, strand), [])), whole)
                if transcribed is not None:
                    on_strand = _intersect(_union(transcribed.get((chrom, strand), [])), on_strand)
                for start, end in on_strand.tolist():
                    yield Span(chrom, start, end, strand)


def chunks(spans: Iterable[Span], size: int = CHUNK) -> Iterator[Span]:
    """Loci cut at the multiples of `size` on the contig's coordinate line.

    Parameters
    ----------
    spans : iterable of Span
        As `loci` gives them: contig by contig, each strand by start.

    Yields
    ------
    Span
        Contig by contig; in a contig by stretch of `size` positions, in a stretch the plus strand before the minus
        strand, each by start.
        So each strand is in the order of the genome, and the two advance together.
    """
    if size < 1:
        raise ValueError(f"a chunk holds at least one position, not {size}")
    for _, of_contig in groupby(spans, key=lambda span: span.chrom):
        by_strand: dict[Strand, list[Span]] = {strand: [] for strand in STRANDS}
        for span in of_contig:
            by_strand[span.strand].append(span)
        pieces = (_cut(by_strand[strand], size) for strand in STRANDS)
        yield from heapq.merge(*pieces, key=lambda piece: (piece.start // size, STRANDS.index(piece.strand)))


def tiles(
    codes: np.ndarray, span: Span, window: int, max_unknown: int, *, walk_length: int = WALK, stride: int = 1
) -> Iterator[tuple[Walk, np.ndarray]]:
    """Walks that hold the whole window of each position to score in a span.

    A position is scored when its base is known and at most `max_unknown` bases of its window are not.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (len(span) + window - 1,), bases of the plus strand in genome order from half a window before the
        span to half a window behind it.
    window, max_unknown : int
        As the feature spec has them.
    walk_length : int
        The most positions of a walk, halos included.
    stride : int
        Only genome positions that are a multiple of it are scored.

    Yields
    ------
    walk
        Blocks with half a window of halo on both sides, disjoint.
    scored
        Int64 array (n,), n >= 1, indices into the walk's 5'→3' positions, ascending.
        Each position to score is in exactly one walk, and its window in one block of it.
    """
    half = window // 2
    if walk_length <= 2 * half:
        raise ValueError(f"a walk of {walk_length} positions holds no window of {window}")
    mask = scorable(codes, window, max_unknown)
    if stride > 1:
        mask &= np.arange(span.start, span.end) % stride == 0
    if not mask.any():
        return
    starts, ends, walks = pack(*runs(mask), half, walk_length)
    for first, last in pairwise(np.append(np.flatnonzero(np.diff(walks, prepend=-1)), walks.size)):
        scored = inside(mask, starts[first:last], ends[first:last], half)
        blocks = zip((starts[first:last] + span.start).tolist(), (ends[first:last] + span.start).tolist(), strict=True)
        walk = Walk(span.chrom, span.strand, tuple(blocks))
        yield walk, scored if span.strand == "+" else len(walk) - 1 - scored[::-1]


def _cut(spans: Iterable[Span], size: int) -> Iterator[Span]:
    for span in spans:
        start = span.start
        while start < span.end:
            end = min(span.end, (start // size + 1) * size)
            yield Span(span.chrom, start, end, span.strand)
            start = end


def _union(intervals: Sequence[tuple[int, int]]) -> np.ndarray:
    """Disjoint intervals that cover the same positions, those that overlap or touch made one: int64 (n, 2), sorted."""
    array = np.asarray(intervals, np.int64).reshape(-1, 2)
    return np.column_stack(merge(array[:, 0], array[:, 1]))


def _intersect(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Positions in both of two sets of disjoint sorted intervals: int64 (n, 2), sorted."""
    found = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i, 0], right[j, 0]), min(left[i, 1], right[j, 1])
        if start < end:
            found.append((start, end))
        if left[i, 1] < right[j, 1]:
            i += 1
        else:
            j += 1
    return np.asarray(found, np.int64).reshape(-1, 2)
