"""Sites and motif hits of isoforms as blocks of the genome, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.scores import Blocks, Hit, IsoformPlace, MotifHit
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript


def choose_sites(hits: Sequence[Hit], isoforms: Isoforms) -> list[Hit]:
    """Choose one of the sites of isoforms that have the same summit and blocks on the genome.

    It is the one with the highest score, or the first of them.

    Parameters
    ----------
    hits : sequence of Hit
        Sites of the isoforms of a locus, in positions of the isoforms.
    isoforms : Isoforms
        The isoforms.

    Returns
    -------
    list of Hit
        The sites in their order. `isoform` has their place on the isoform and on the genome.
    """
    copies: dict[tuple[int, Blocks], list[Hit]] = {}
    for hit in hits:
        summit = int(isoforms.find_positions(hit.chrom, np.array([hit.summit]))[0])
        copies.setdefault((summit, isoforms.find_blocks(hit.chrom, hit.start, hit.end)), []).append(hit)
    best = {max(group, key=lambda hit: hit.score): (blocks, len(group)) for (_, blocks), group in copies.items()}
    return [_describe(hit, *best[hit], isoforms=isoforms) for hit in hits if hit in best]


def _describe(hit: Hit, blocks: Blocks, count: int, *, isoforms: Isoforms) -> Hit:
    """Add the place of a site on its isoform and its blocks on the genome."""
    transcript = isoforms.get_transcript(hit.chrom)
    return replace(
        hit, isoform=IsoformPlace(transcript.id, count, hit.start, end=hit.end, summit=hit.summit), blocks=blocks
    )


def place_site(hit: Hit, isoforms: Isoforms) -> Hit:
    """Return a site of an isoform, as `choose_sites` returns it, with the coordinates of the genome."""
    transcript = isoforms.get_transcript(hit.chrom)
    summit = int(isoforms.find_positions(hit.chrom, np.array([hit.summit]))[0])
    start, end = hit.blocks[0][0], hit.blocks[-1][1]
    return replace(hit, chrom=transcript.chrom, start=start, end=end, strand=transcript.strand, summit=summit)


def place_motif(hit: MotifHit, isoforms: Isoforms) -> MotifHit:
    """Return a motif hit of an isoform with the coordinates of the genome."""
    transcript = isoforms.get_transcript(hit.chrom)
    blocks = isoforms.find_blocks(hit.chrom, hit.start, hit.end)
    start, end = blocks[0][0], blocks[-1][1]
    return replace(hit, chrom=transcript.chrom, start=start, end=end, strand=transcript.strand, blocks=blocks)


class IsoformRegions:
    """Region types at positions of isoforms, with the method of `RegionMap`.

    Parameters
    ----------
    regions : RegionMap
        Region types of the genome.
    isoforms : Isoforms
        The isoforms.
    """

    def __init__(self, regions: RegionMap, isoforms: Isoforms):
        self._regions = regions
        self._isoforms = isoforms

    def find_types(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Look up region types, as `RegionMap.find_types` does."""
        transcript = self._isoforms.get_transcript(chrom)
        places = self._isoforms.find_positions(chrom, positions)
        return self._regions.find_types(transcript.chrom, transcript.strand, places)


class IsoformGenes:
    """Genes of isoforms, with the method of `GeneIndex`.

    Parameters
    ----------
    isoforms : Isoforms
        The isoforms.
    """

    def __init__(self, isoforms: Isoforms):
        self._isoforms = isoforms

    def find(self, chrom: str, strand: Strand, positions: np.ndarray) -> Sequence[Transcript | None]:
        """Return the transcript of the isoform for each position."""
        return [self._isoforms.get_transcript(chrom)] * len(positions)
