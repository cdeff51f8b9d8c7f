"""Plan of a scan: transcripts and regions become loci, loci become chunks, and chunks become walks.

The plan does not depend on the model.
Chunks end at fixed positions of a contig, so cutting a scan into regions or shards does not move them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np

from ideep_scan.kernels.intervals import merge
from ideep_scan.kernels.scorable import find_runs, list_inside, mark_scorable, pack
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.span import STRANDS, Region, Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk

CHUNK = 2**18  # positions of a contig that are read and scored together
WALK = 2**13  # positions of a network call, halos included; its results fit in the processor's caches


def plan_loci(
    contigs: Mapping[str, int],
    transcripts: Iterable[Transcript] | None = None,
    regions: Iterable[Region | tuple[str, int, int]] | None = None,
    strands: Sequence[Strand] = STRANDS,
) -> Iterator[Span]:
    """Plan the loci of a scan; no position of a strand is in two loci.

    With transcripts, those of a strand that overlap or touch form one locus, which is scored once, as pre-mRNA.
    Without transcripts, a locus is a complete contig on one strand.
    All loci are clipped to the regions.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig, in the order of the FASTA.
        Transcripts and regions on other contigs are ignored.
    transcripts : Iterable[Transcript] or None
        The annotation; None scans complete contigs.
    regions : Iterable[Region | tuple[str, int, int]] or None
        `(chrom, start, end)`, optionally with a strand, 0-based and half-open, in any order; may overlap.
        A region without a strand is on both strands.
    strands : sequence of Strand
        Strands to scan.

    Yields
    ------
    Span
        Contig by contig in the order of `contigs`, the plus strand first, each strand by start.
    """
    on_transcripts = None
    if transcripts is not None:
        on_transcripts = defaultdict(list)
        for transcript in transcripts:
            on_transcripts[transcript.chrom, transcript.strand].append((transcript.start, transcript.end))
    on_regions = None
    if regions is not None:
        on_regions = defaultdict(list)
        for chrom, start, end, region_strand in (Region(*region) for region in regions):
            for strand in STRANDS if region_strand is None else (region_strand,):
                on_regions[chrom, strand].append((start, end))
    for chrom, length in contigs.items():
        contig = np.array([(0, length)], np.int64)
        for strand in STRANDS:
            if strand in strands:
                intervals = contig
                if on_regions is not None:
                    intervals = _intersect(_union(on_regions.get((chrom, strand), [])), contig)
                if on_transcripts is not None:
                    intervals = _intersect(_union(on_transcripts.get((chrom, strand), [])), intervals)
                for start, end in intervals.tolist():
                    yield Span(chrom, start, end, strand)


def plan_isoforms(
    isoforms: Isoforms,
    transcripts: Iterable[Transcript],
    regions: Iterable[Region | tuple[str, int, int]] | None = None,
    strands: Sequence[Strand] = STRANDS,
) -> Iterator[Span]:
    """Plan the isoforms of a scan, each a contig of its own.

    Parameters
    ----------
    isoforms : Isoforms
        The isoforms.
    transcripts : Iterable[Transcript]
        Those to scan.
    regions : Iterable[Region | tuple[str, int, int]] or None
        As for `plan_loci`, on the genome.
    strands : sequence of Strand
        Strands of the transcripts to scan.

    Yields
    ------
    Span
        Intervals of isoforms, in the order of the isoforms, each by start.
    """
    chosen = {isoforms.get_name(transcript) for transcript in transcripts if transcript.strand in strands}
    contigs = {name: length for name, length in isoforms.lengths.items() if name in chosen}
    if regions is not None:
        regions = list(_splice_regions([Region(*region) for region in regions], isoforms, contigs))
    yield from plan_loci(contigs, None, regions, STRANDS[:1])


def cut_chunks(spans: Iterable[Span], size: int = CHUNK) -> Iterator[Span]:
    """Cut loci at the multiples of `size` on the contig.

    Parameters
    ----------
    spans : iterable of Span
        Loci as `plan_loci` yields them: contig by contig, each strand by start.
    size : int
        Positions of a chunk.

    Yields
    ------
    Span
        Chunks, contig by contig, then by interval of `size` positions.
        In an interval the plus strand comes before the minus strand, each by start.
        So each strand is in genome order, and the strands advance together.
    """
    if size < 1:
        raise ValueError(f"a chunk has at least one position, not {size}")
    for _, contig_spans in groupby(spans, key=lambda span: span.chrom):
        by_strand: dict[Strand, list[Span]] = {strand: [] for strand in STRANDS}
        for span in contig_spans:
            by_strand[span.strand].append(span)
        pieces = (_cut(by_strand[strand], size) for strand in STRANDS)
        yield from heapq.merge(*pieces, key=lambda piece: (piece.start // size, STRANDS.index(piece.strand)))


def plan_tiles(
    codes: np.ndarray, span: Span, window: int, max_unknown: int, *, walk_length: int = WALK, stride: int = 1
) -> Iterator[tuple[Walk, np.ndarray]]:
    """Plan walks that contain the complete window of each position to score in a span.

    A position is scored if its base is known and at most `max_unknown` bases of its window are unknown.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (len(span) + window - 1,), bases of the plus strand in genome order.
        They begin half a window before the span and end half a window after it.
    span : Span
        The span to score.
    window : int
        Width of a window, nt.
    max_unknown : int
        Limit of unknown bases in a window.
    walk_length : int
        Limit of positions in a walk, halos included.
    stride : int
        Only genome positions that are a multiple of it are scored.

    Yields
    ------
    walk : Walk
        Disjoint blocks with a halo of half a window on both sides.
    scored : np.ndarray
        Int64 array (n,), n >= 1, ascending indices into the walk's 5'→3' positions.
        Each position to score is in exactly one walk, and its window in one block of it.
    """
    half = window // 2
    if walk_length <= 2 * half:
        raise ValueError(f"a walk of {walk_length} positions is shorter than a window of {window}")
    mask = mark_scorable(codes, window, max_unknown)
    if stride > 1:
        mask &= np.arange(span.start, span.end) % stride == 0
    if not mask.any():
        return
    starts, ends, walks = pack(*find_runs(mask), half, walk_length)
    for first, last in pairwise(np.append(np.flatnonzero(np.diff(walks, prepend=-1)), walks.size)):
        scored = list_inside(mask, starts[first:last], ends[first:last], half)
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


def _splice_regions(regions: Iterable[Region], isoforms: Isoforms, names: Iterable[str]) -> Iterator[Region]:
    """Yield the intervals of isoforms in regions of the genome."""
    on_regions = defaultdict(list)
    for chrom, start, end, region_strand in regions:
        for strand in STRANDS if region_strand is None else (region_strand,):
            on_regions[chrom, strand].append((start, end))
    merged = {key: _union(intervals) for key, intervals in on_regions.items()}
    for name in names:
        transcript = isoforms.get_transcript(name)
        intervals = merged.get((transcript.chrom, transcript.strand))
        if intervals is not None:
            for start, end in isoforms.find_intervals(name, _intersect(intervals, transcript.exons)):
                yield Region(name, start, end, "+")


def _union(intervals: Sequence[tuple[int, int]]) -> np.ndarray:
    """Merge intervals that overlap or touch: int64 (n, 2), sorted and disjoint."""
    array = np.asarray(intervals, np.int64).reshape(-1, 2)
    return np.column_stack(merge(array[:, 0], array[:, 1]))


def _intersect(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Intersect two sets of disjoint sorted intervals: int64 (n, 2), sorted."""
    overlaps = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i, 0], right[j, 0]), min(left[i, 1], right[j, 1])
        if start < end:
            overlaps.append((start, end))
        if left[i, 1] < right[j, 1]:
            i += 1
        else:
            j += 1
    return np.asarray(overlaps, np.int64).reshape(-1, 2)
