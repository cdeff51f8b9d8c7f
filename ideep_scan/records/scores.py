"""What a scan yields: a score per position, and the sites called from it. NaN means "not scored"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ideep_scan.records.span import Span, Strand


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTrack:
    """Scores of a stretch of one contig and strand, in the order of the genome.

    Attributes
    ----------
    start : genome position of `values[0]`, 0-based.
    values : float32 array (length,), probability 0-1 of a binding site centred there; NaN = not scored.
    drivers : int8 array (length,), the modality that drives the score, as an index into `features.spec.MODALITIES`;
        -1 = none, or not worked out. None: not worked out anywhere.
    """

    chrom: str
    strand: Strand
    start: int
    values: np.ndarray
    drivers: np.ndarray | None = None

    @property
    def scored(self) -> int:
        """Number of positions that have a score."""
        return int(np.count_nonzero(~np.isnan(self.values)))


@dataclass(frozen=True, slots=True)
class Hit:
    """A called binding site, `[start, end)` 0-based half-open.

    `summit` is the position of its highest `score`; `driver` is the modality without which the log odds there fall
    most, None where that is not known or they fall without none.
    """

    chrom: str
    start: int
    end: int
    strand: Strand
    summit: int
    score: float
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A hit with what the annotation, the motifs and the calibration say of it: one row of the hits table.

    `None` stands for "not known": `p_value` and `expected_precision` where the model is not calibrated for what it
    read, the gene outside of the annotation, the motif where no PWM reaches its threshold in the window around the
    summit. `expected_precision` is the expected share of true sites among positions that score at least as high;
    `motif_protein` is the protein that the motif is known for; `sequence` is the window, RNA 5'→3' in A C G U N.
    """

    hit: Hit
    sequence: str
    region: str | None = None
    gene_name: str | None = None
    gene_id: str | None = None
    motif: str | None = None
    motif_protein: str | None = None
    p_value: float | None = None
    expected_precision: float | None = None


@dataclass(frozen=True, slots=True)
class MotifHit:
    """A PWM match on the RNA's own strand, `[start, end)` 0-based half-open genome coordinates.

    `score` is the log2 odds against a uniform background, `p_value` the chance of such a score or more at one
    position of that background; `match` names the protein(s) the motif is known for.
    """

    chrom: str
    start: int
    end: int
    strand: Strand
    motif: str
    match: str
    score: float
    p_value: float


class UnplacedSite(NamedTuple):
    """A site that has no place in the genome: the fields of its line as a table can hold them, '' where unknown."""

    chrom: str
    start: str
    end: str
    strand: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one model says of one site, scored at its centre. `score` is NaN where it is not scored; `p_value` None
    then too, and where the model is not calibrated for what it read; `modalities` are those that the model read."""

    name: str | None
    site: Span | UnplacedSite
    rbp: str
    score: float
    p_value: float | None
    modalities: tuple[str, ...]
