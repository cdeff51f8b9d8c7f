"""Shares of sites in transcripts of both strands."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.bed_sites import BedSite
from ideep_scan.jobs.strand_shares import StrandedPlaces, StrandShares
from ideep_scan.records.scores import UnplacedSite
from ideep_scan.records.span import Span
from ideep_scan.records.transcript import Transcript

EXON = np.array([[100, 1000]], np.int64)


def test_sites_are_compared_with_both_strands() -> None:
    places = StrandedPlaces()
    regions = RegionMap([Transcript("T", "G", "G", "c", "+", EXON)])
    assert places.compare(regions) is None
    places.add(BedSite(None, UnplacedSite("c", "1", "2", "."), None))
    places.add(BedSite(None, Span("x", 100, 101, "+"), None))
    assert places.compare(regions) is None
    for start, strand in ((100, "+"), (999, "+"), (99, "+"), (1000, "+"), (500, "-")):
        places.add(BedSite(None, Span("x", start, start + 1, strand), "c"))
    assert places.compare(regions) == StrandShares(5, 0.4, 0.2)


@pytest.mark.parametrize(
    ("sites", "own", "other", "codes"),
    [
        (9, 0.0, 1.0, []),
        (10, 0.9, 0.1, []),
        (10, 0.5, 0.51, ["swapped-strand"]),
        (10, 0.6, 0.31, ["doubtful-strand"]),
        (10, 0.1, 0.0, ["outside-transcripts"]),
        (10, 0.0, 0.0, ["outside-transcripts"]),
        (10, 0.1, 0.2, ["swapped-strand", "outside-transcripts"]),
    ],
)
def test_shares_give_reason_for_findings(sites: int, own: float, other: float, codes: list[str]) -> None:
    assert list(StrandShares(sites, own, other).codes) == codes
