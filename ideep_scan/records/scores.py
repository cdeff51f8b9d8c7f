"""Results of a scan: scores per position, sites, motif hits; models of a table of predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from ideep_scan.records.span import Strand

MotifOrigin = Literal["known", "learned"]
KNOWN: MotifOrigin = "known"
LEARNED: MotifOrigin = "learned"
Blocks = tuple[tuple[int, int], ...]  #: starts and ends in genome order, 0-based half-open


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTrack:
    """Scores of an interval of one contig and strand, in genome order.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    strand : Strand
        Strand of the scores.
    start : int
        Genome position of `values[0]`, 0-based.
    values : np.ndarray
        float32 array (length,): probability 0-1 of a binding site centred at the position. NaN: not scored.
    drivers : np.ndarray or None
        int8 array (length,): index in `registry.names()` of the modality that drives the score.
        -1: no driver, or not computed. None: not computed at any position.
    """

    chrom: str
    strand: Strand
    start: int
    values: np.ndarray
    drivers: np.ndarray | None = None

    @property
    def scored(self) -> int:
        """Number of positions with a score."""
        return int(np.count_nonzero(~np.isnan(self.values)))


class IsoformPlace(NamedTuple):
    """Place of a site on an isoform.

    Attributes
    ----------
    transcript : str
        Id of the transcript.
    isoforms : int
        Number of isoforms that have this site at the same bases of the genome.
    start, end : int
        Positions of the isoform, 5'→3', 0-based half-open.
    summit : int
        Position of the highest score in the isoform, 0-based.
    """

    transcript: str
    isoforms: int
    start: int
    end: int
    summit: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A called binding site, `[start, end)` 0-based half-open.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start, end : int
        Genome coordinates.
    strand : Strand
        Strand of the site.
    summit : int
        Position of the highest score, 0-based.
    score : float
        The highest score, 0-1.
    driver : str or None
        Modality whose removal lowers the log odds at the summit most.
        None if it is unknown, or if removing any one modality does not lower the score.
    isoform : IsoformPlace or None
        Place on an isoform, for a site of spliced transcripts.
    blocks : tuple of tuple of int
        Starts and ends of the parts of such a site on the genome; an intron lies between two of them.
    """

    chrom: str
    start: int
    end: int
    strand: Strand
    summit: int
    score: float
    driver: str | None = None
    isoform: IsoformPlace | None = None
    blocks: Blocks = ()


class MotifLabel(NamedTuple):
    """The names of a motif.

    Attributes
    ----------
    id : str
        Identifier, such as RNCMPT00032 or ELAVL1.pattern03.
    name : str
        Gene symbol and consensus, such as ELAVL1_UUWUUUU, without blanks.
    protein : str
        Gene symbol of the protein that the motif is known for, or whose model learned it.
    origin : {'known', 'learned'}
        A motif from an experiment, or one that the model has learned.
    """

    id: str
    name: str
    protein: str
    origin: MotifOrigin

    def describes(self, protein: str) -> bool:
        """Tell whether a model of a protein learned the motif, or the motif is known for the protein."""
        return self.origin == LEARNED or self.protein == protein


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A site with its gene, motif and calibration: one row of the table of sites.

    Attributes
    ----------
    hit : Hit
        The site.
    sequence : str
        RNA of the window around the summit, 5'→3', in A C G U N.
    region : str or None
        Part of the transcript; None outside of the annotation.
    gene_name, gene_id : str or None
        The gene; None outside of the annotation.
    motif : MotifLabel or None
        Best motif in the window around the summit; None if no motif reaches its threshold.
    p_value : float or None
        None if the model has no calibration for the evidence that it read.
    precision : float or None
        Expected precision: measured, of sites with this score; or model-based, of positions that score at least as
        high. None if the model has neither.
    """

    hit: Hit
    sequence: str
    region: str | None = None
    gene_name: str | None = None
    gene_id: str | None = None
    motif: MotifLabel | None = None
    p_value: float | None = None
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class MotifHit:
    """A match of a motif on the RNA's own strand, `[start, end)` 0-based half-open.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start, end : int
        Genome coordinates.
    strand : Strand
        Strand of the RNA.
    motif : MotifLabel
        The motif.
    score : float
        Log2 odds against a uniform background.
    p_value : float
        Probability of such a score or a higher one at one position of that background.
    blocks : tuple of tuple of int
        Starts and ends of the parts of a motif hit in spliced transcripts, as for `Hit`.
    """

    chrom: str
    start: int
    end: int
    strand: Strand
    motif: MotifLabel
    score: float
    p_value: float
    blocks: Blocks = ()


class UnplacedSite(NamedTuple):
    """A site that cannot be placed in the genome.

    The fields of its line as a table can hold them; empty if they are unknown.
    """

    chrom: str
    start: str
    end: str
    strand: str


class ModelColumn(NamedTuple):
    """A model of a table of predictions.

    Attributes
    ----------
    rbp : str
        Name of the model.
    modalities : tuple[str, ...]
        Modalities that it reads.
    """

    rbp: str
    modalities: tuple[str, ...]
