"""Shares of sites that lie in a transcript of their strand, and of the other strand: a swapped strand shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.bed_sites import BedSite
from ideep_scan.jobs.check.findings import Finding
from ideep_scan.records.span import Span, Strand

MAX_SITES = 1_000_000  # sites that are compared with the annotation
_FEW = 10  # sites, below which shares mean little
_INSIDE = 0.5  # share of sites in transcripts, below which something is wrong
_DOUBTFUL = 0.5  # sites on the other strand per site on their own
_OTHER: dict[Strand, Strand] = {"+": "-", "-": "+"}


@dataclass(frozen=True, slots=True)
class StrandShares:
    """Shares of sites in transcripts.

    Attributes
    ----------
    sites : int
        Number of sites; at least one.
    own : float
        Share of them that lie in a transcript of their strand.
    other : float
        Share of them that lie in a transcript of the other strand.

    Examples
    --------
    >>> list(StrandShares(100, 0.03, 0.95).codes)
    ['swapped-strand']
    """

    sites: int
    own: float
    other: float

    def __str__(self) -> str:
        return (
            f"{self.own:.0%} of the sites lie in a transcript of their strand, "
            f"{self.other:.0%} in one of the other strand"
        )

    @property
    def codes(self) -> Iterator[str]:
        """Codes of the findings (`jobs/check/codes.py`) that the shares give reason for."""
        if self.sites < _FEW:
            return
        if self.other > self.own:
            yield "swapped-strand"
        elif self.other > _DOUBTFUL * self.own:
            yield "doubtful-strand"
        if max(self.own, self.other) < _INSIDE:
            yield "outside-transcripts"

    def notes(self, name: str, *, of_strand_only: bool = False) -> tuple[str, ...]:
        """List the findings as notes of a command.

        Parameters
        ----------
        name : str
            Name of the sites.
        of_strand_only : bool
            Leave out that sites lie outside of transcripts.
        """
        codes = [code for code in self.codes if not (of_strand_only and code == "outside-transcripts")]
        return tuple(Finding(name, code, str(self)).note for code in codes)


class StrandedPlaces:
    """Centres of sites by contig and strand; the first million."""

    def __init__(self) -> None:
        self._count = 0
        self._places: dict[tuple[str, Strand], list[int]] = {}

    def add(self, site: BedSite) -> None:
        """Remember the centre of a site that has a strand and a contig."""
        if site.contig is None or not isinstance(site.span, Span) or self._count >= MAX_SITES:
            return
        self._count += 1
        self._places.setdefault((site.contig, site.span.strand), []).append(site.span.centre)

    def compare(self, regions: RegionMap) -> StrandShares | None:
        """Compare the sites with transcripts; None without a site."""
        return compare_strands({key: np.asarray(places, np.int64) for key, places in self._places.items()}, regions)


def compare_strands(places: Mapping[tuple[str, Strand], np.ndarray], regions: RegionMap) -> StrandShares | None:
    """Compare places with transcripts.

    Parameters
    ----------
    places : mapping of tuple of str and Strand to np.ndarray
        int64 array (n,) of positions by contig and strand.
    regions : RegionMap
        Transcripts.

    Returns
    -------
    StrandShares or None
        None without a place.
    """
    count = own = other = 0
    for (contig, strand), positions in places.items():
        count += positions.size
        own += int(np.count_nonzero(regions.find_types(contig, strand, positions)))
        other += int(np.count_nonzero(regions.find_types(contig, _OTHER[strand], positions)))
    return StrandShares(count, own / count, other / count) if count else None
