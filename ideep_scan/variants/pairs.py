"""Pairs of haplotypes: the letters to score for each allele and strand, on the reference and on the alternate.

Alleles whose windows overlap share the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Protocol

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.span import Span, Strand
from ideep_scan.variants.alignment import Alignment, align
from ideep_scan.variants.haplotype import Haplotype, Line, alternate_haplotype, reference_haplotype
from ideep_scan.variants.normalization import Allele


class LocusLookup(Protocol):
    """Positions to score, such as `jobs.interval_lookup.IntervalIndex` of loci."""

    def overlapping(self, chrom: str, start: int, end: int) -> list[Span]:
        """List the spans that share a position with `[start, end)`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Both haplotypes of an allele on one strand.

    Attributes
    ----------
    allele : int
        Index of the allele.
    start : int
        Position of the first aligned letter.
    alignment : Alignment
        Alignment of the haplotypes.
    reference, alternate : Line
        The haplotypes; one line if the allele changes nothing.
    reference_first, alternate_first : int
        Index of the first aligned letter in each line.
    """

    allele: int
    start: int
    alignment: Alignment
    reference: Line
    reference_first: int
    alternate: Line
    alternate_first: int


def pair_haplotypes(alleles: Sequence[Allele], loci: LocusLookup, featurizer: Featurizer) -> Iterator[Pair]:
    """Pair the reference with the alternate haplotype of each allele, on each strand with a locus.

    Parameters
    ----------
    alleles : sequence of Allele
        Canonical alleles, ascending by contig and start.
    loci : LocusLookup
        Spans in which positions are scored.
    featurizer : Featurizer
        Source of the reference, and width of a window.

    Yields
    ------
    Pair
        The pairs, by allele.
    """
    flank, source = 2 * featurizer.spec.half, featurizer.sources.sequence
    for chrom, of_contig in groupby(range(len(alleles)), lambda number: alleles[number][0].chrom):
        numbers = list(of_contig)
        starts = np.array([alleles[number][0].start for number in numbers]) - flank
        ends = np.maximum.accumulate([alleles[number][-1].end for number in numbers]) + flank
        cuts = [0, *(np.flatnonzero(starts[1:] > ends[:-1]) + 1).tolist(), len(numbers)]
        for first, last in pairwise(cuts):
            start, end = int(starts[first]), int(ends[last - 1])
            covered = cover_positions(loci, chrom, start, end)
            if covered:
                reference = reference_haplotype(source.codes(chrom, start, end), start)
                neighbours = {number: alleles[number] for number in numbers[first:last]}
                yield from _pair_neighbours(neighbours, reference, covered, featurizer)


def cover_positions(loci: LocusLookup, chrom: str, start: int, end: int) -> dict[Strand, np.ndarray]:
    """Mark the positions of an interval that lie in loci.

    Parameters
    ----------
    loci : LocusLookup
        Spans in which positions are scored.
    chrom : str
        Contig.
    start, end : int
        Interval, 0-based half-open.

    Returns
    -------
    dict of Strand to np.ndarray
        Bool array (end - start,) for each strand that has a locus there.
    """
    masks: dict[Strand, np.ndarray] = {}
    for span in loci.overlapping(chrom, start, end):
        mask = masks.setdefault(span.strand, np.zeros(end - start, np.bool_))
        mask[max(span.start - start, 0) : max(span.end - start, 0)] = True
    return masks


def _pair_neighbours(
    alleles: dict[int, Allele], reference: Haplotype, covered: dict[Strand, np.ndarray], featurizer: Featurizer
) -> Iterator[Pair]:
    """Pair the haplotypes of alleles that share a reference, whose letters `covered` marks on each strand."""
    half, first_place = featurizer.spec.half, int(reference.places[0])
    chrom = next(iter(alleles.values()))[0].chrom
    alignments = {number: align(allele, half) for number, allele in alleles.items()}
    offsets = {number: allele[0].start - half - first_place for number, allele in alleles.items()}
    sees = np.zeros(len(reference), np.bool_)
    for number, alignment in alignments.items():
        sees[offsets[number] :][: alignment.reference_sees.size] |= alignment.reference_sees
    sees &= mark_known(reference, featurizer)
    references = {strand: Line(chrom, strand, reference, sees & mask) for strand, mask in covered.items()}
    for number, allele in alleles.items():
        alignment, offset = alignments[number], offsets[number]
        pairs = {strand: (line, offset) for strand, line in references.items()}
        if allele[0].ref != allele[0].alt:
            left, right = offset - half, allele[-1].end + 2 * half - first_place
            haplotype = alternate_haplotype(allele, reference.codes[left:right], left + first_place)
            mask = mark_known(haplotype, featurizer)
            mask[half : len(mask) - half] &= alignment.alternate_sees
            for strand, in_loci in covered.items():
                line = Line(chrom, strand, haplotype, mask & in_loci[haplotype.places - first_place])
                pairs[strand] = line, half
        for strand, (line, first) in pairs.items():
            yield Pair(
                number,
                offset + first_place,
                alignment,
                reference=references[strand],
                reference_first=offset,
                alternate=line,
                alternate_first=first,
            )


def mark_known(haplotype: Haplotype, featurizer: Featurizer) -> np.ndarray:
    """Mark the letters that a scan would score in a locus.

    Parameters
    ----------
    haplotype : Haplotype
        The letters.
    featurizer : Featurizer
        Width of a window, and limit of its unknown bases.

    Returns
    -------
    np.ndarray
        Bool array (letters,), False for the outermost `half`.
    """
    spec = featurizer.spec
    mask = np.zeros(len(haplotype), np.bool_)
    mask[spec.half : len(mask) - spec.half] = mark_scorable(haplotype.codes, spec.window, spec.max_unknown)
    return mask
