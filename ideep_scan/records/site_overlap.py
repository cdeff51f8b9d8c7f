"""Overlap of a variant or an interval with a site of a finished run."""

from __future__ import annotations

from typing import NamedTuple

from ideep_scan.records.scores import MotifLabel
from ideep_scan.records.span import Strand


class SiteOverlap(NamedTuple):
    """A site that a variant or an interval overlaps.

    Attributes
    ----------
    run : str
        Name of the run.
    model : str
        Name of the model.
    start, end : int
        Genome coordinates of the site, 0-based half-open.
    strand : Strand
        Strand of the site.
    summit : int
        Position of the site's highest score, 0-based.
    distance : int
        Distance in nt from the summit to the nearest base of the variant or interval.
        It is negative 5' of the summit, and 0 if the summit is overlapped.
    motif : MotifLabel or None
        Motif of the site's motif hit that is overlapped; None if there is none.
    details : tuple[str, ...]
        Further columns of the site, as the table of the run spells them (`formats.site_tables.DETAILS`).
    """

    run: str
    model: str
    start: int
    end: int
    strand: Strand
    summit: int
    distance: int
    motif: MotifLabel | None
    details: tuple[str, ...]
