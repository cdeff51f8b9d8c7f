"""Gene and region of each effect: at the first changed base, or where the log odds change most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap, region_name
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant import Variant
from ideep_scan.scan.site_report import GeneIndex
from ideep_scan.variants.effect import Effects

Names = tuple[str | None, str | None]  #: gene and region


class GeneNames:
    """Name the genes and regions of effects.

    Parameters
    ----------
    transcripts : sequence of Transcript or None
        The annotation; None names nothing.
    """

    def __init__(self, transcripts: Sequence[Transcript] | None):
        self._genes = None if transcripts is None else GeneIndex(transcripts)
        self._regions = None if transcripts is None else RegionMap(transcripts)

    def find_transcript(self, chrom: str, strand: Strand, places: Sequence[int]) -> Transcript | None:
        """Find the transcript at the first of some positions that has one.

        Parameters
        ----------
        chrom : str
            A contig.
        strand : Strand
            Strand of the transcript.
        places : sequence of int
            Positions, 0-based.

        Returns
        -------
        Transcript or None
            The transcript that names gene and region; None if no position has one.
        """
        if self._genes is None:
            return None
        transcripts = self._genes.find(chrom, strand, np.array(places, np.int64))
        return next((transcript for transcript in transcripts if transcript is not None), None)

    def describe(self, effects: Effects, changes: Sequence[Variant]) -> list[Names]:
        """Name gene and region of each row.

        Parameters
        ----------
        effects : Effects
            The rows.
        changes : sequence of Variant
            First change of each allele.

        Returns
        -------
        list of tuple[str or None, str or None]
            At the first changed base if a transcript of the strand covers it, else at the row's position.
        """
        names: list[Names] = [(None, None)] * len(effects)
        if self._genes is None or self._regions is None:
            return names
        contigs = np.array([changes[number].chrom for number in effects.allele.tolist()], object)
        firsts = np.array([changes[number].start for number in effects.allele.tolist()], np.int64)
        for chrom, strand in sorted(set(zip(contigs.tolist(), effects.strand.tolist(), strict=True))):
            rows = np.flatnonzero((contigs == chrom) & (effects.strand == strand))
            places = firsts[rows]
            genes = self._genes.find(chrom, STRANDS[strand], places)
            outside = np.array([gene is None for gene in genes])
            places = np.where(outside & (effects.position[rows] >= 0), effects.position[rows], places)
            genes = self._genes.find(chrom, STRANDS[strand], places)
            masks = self._regions.find_types(chrom, STRANDS[strand], places).tolist()
            for row, gene, mask in zip(rows.tolist(), genes, masks, strict=True):
                names[row] = (None if gene is None else gene.gene_name or gene.gene_id, region_name(mask))
        return names
