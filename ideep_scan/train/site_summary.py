"""Summary of a list of sites: counts, region types and bases around the sites. A wrong choice of the base shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap, region_name
from ideep_scan.records.places import Places, group_by_strand

FLANK = 20  # positions on each side of a site whose bases are counted
REGION_NAMES = ("5'UTR", "CDS", "3'UTR", "exon", "intron", "intergenic")  # as `region_name` returns them


@dataclass(frozen=True, slots=True, eq=False)
class SiteSummary:
    """Counts of a list of sites, beside those of negatives and of transcripts.

    Attributes
    ----------
    files : tuple of str
        Names of the files of sites.
    site : str
        The base of an interval that is the site: "centre", "start", "end" or "summit".
    read : int
        Number of rows of the files.
    kept : int
        Number of sites to learn from, after sites within 15 nt are collapsed.
    dropped : tuple of tuple[str, int]
        Reason why rows are not sites of their own, and their number; the most frequent first.
    own_strand, other_strand : float
        Share of sites that lie in a transcript of their strand, and in one of the other strand.
    site_regions, negative_regions, transcript_regions : np.ndarray
        Float64 (6,), shares of `REGION_NAMES` among sites, negatives and positions of all transcripts.
    site_bases, negative_bases : np.ndarray
        Float64 (41, 4), shares of A, C, G and U from 20 nt before to 20 nt after the centre.
    """

    files: tuple[str, ...]
    site: str
    read: int
    kept: int
    dropped: tuple[tuple[str, int], ...]
    own_strand: float
    other_strand: float
    site_regions: np.ndarray
    negative_regions: np.ndarray
    transcript_regions: np.ndarray
    site_bases: np.ndarray
    negative_bases: np.ndarray


def count_regions(places: Places, regions: RegionMap) -> np.ndarray:
    """Count the region types of places.

    Parameters
    ----------
    places : Places
        n positions.
    regions : RegionMap
        The annotation.

    Returns
    -------
    np.ndarray
        Float64 (6,), shares of `REGION_NAMES`; zeros without places.
    """
    counts = np.zeros(len(REGION_NAMES))
    for (chrom, strand), rows in group_by_strand(places.chrom, places.strand).items():
        masks, sizes = np.unique(regions.find_types(chrom, strand, places.centre[rows]), return_counts=True)
        for mask, size in zip(masks.tolist(), sizes.tolist(), strict=True):
            counts[REGION_NAMES.index(region_name(mask))] += size
    return counts / max(counts.sum(), 1)


def count_bases(codes: np.ndarray) -> np.ndarray:
    """Count the bases around the centres of windows.

    Parameters
    ----------
    codes : np.ndarray
        Int8 (n, width), 5'→3': 0 1 2 3 = A C G U, 4 = unknown. The width is odd and above 40.

    Returns
    -------
    np.ndarray
        Float64 (41, 4), shares among known bases; zeros where no base is known.

    Examples
    --------
    >>> count_bases(np.zeros((2, 41), np.int8))[20].tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    half = codes.shape[1] // 2
    middle = codes[:, half - FLANK : half + FLANK + 1]
    counts = np.stack([(middle == base).sum(axis=0) for base in range(4)], axis=1).astype(np.float64)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
