"""Regions of genes: the bases of each gene by their region type, each base once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.features.transcript_regions import CDS, EXON, INTRON, UTR3, UTR5, region_name
from ideep_scan.records.exon_table import ExonTable

REGIONS = ("5'UTR", "CDS", "3'UTR", "intron", "exon")  #: exon: of non-coding transcripts only
_BITS = (UTR5, CDS, UTR3, INTRON, EXON)


@dataclass(frozen=True, slots=True, eq=False)
class GeneRegions:
    """Pieces of genes, of one region each. Pieces of a gene are disjoint.

    Attributes
    ----------
    gene, contig, region : np.ndarray
        Int64 arrays (pieces,): index in the table's genes and contigs, and in `REGIONS`.
    minus : np.ndarray
        Bool array (pieces,), True on the minus strand.
    starts, ends : np.ndarray
        Int64 arrays (pieces,), 0-based half-open.
    """

    gene: np.ndarray
    contig: np.ndarray
    region: np.ndarray
    minus: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def lay_regions(table: ExonTable) -> GeneRegions:
    """Cut genes into pieces of one region.

    All transcripts of a gene on a contig and strand are combined, with the precedence of `region_name`.
    Other genes do not count.

    Parameters
    ----------
    table : ExonTable
        The annotation.
    """
    if not len(table.exons):
        none = np.zeros(0, np.int64)
        return GeneRegions(none, none, none, minus=none.astype(np.bool_), starts=none, ends=none)
    copies, copy_of = np.unique(
        np.stack([table.gene, table.contig, table.minus.astype(np.int64)]), axis=1, return_inverse=True
    )
    copy_of = copy_of.reshape(-1)[table.transcript]
    first, last = (np.zeros(copies.shape[1], np.int64) for _ in range(2))
    first[:] = np.iinfo(np.int64).max
    np.minimum.at(first, copy_of, table.exons[:, 0])
    np.maximum.at(last, copy_of, table.exons[:, 1])
    offsets = (
        np.cumsum(np.concatenate([[0], last - first + 1]))[:-1] - first
    )  # from the genome to an axis without overlap
    breaks, masks = _sweep(table, offsets[copy_of])
    names = {mask: region_name(mask) for mask in np.unique(masks[masks > 0]).tolist()}
    lookup = np.full(1 << len(_BITS), -1, np.int64)
    for mask, name in names.items():
        lookup[mask] = REGIONS.index(name)
    region = lookup[masks]
    pieces = np.flatnonzero(region >= 0)
    copy = np.searchsorted(first + offsets, breaks[pieces], side="right") - 1
    gene, contig, minus = copies[:, copy]
    starts, ends = breaks[pieces] - offsets[copy], breaks[pieces + 1] - offsets[copy]
    return GeneRegions(gene, contig, region[pieces], minus=minus.astype(np.bool_), starts=starts, ends=ends)


def _sweep(table: ExonTable, shifts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions on the axis where the mask of region types changes, and the mask from each on."""
    parts = _parts(table, shifts)
    breaks, index = np.unique(np.concatenate([part.T.ravel() for part in parts.values()]), return_inverse=True)
    index = index.reshape(-1)
    masks = np.zeros(len(breaks), np.int64)
    begin = 0
    for bit, part in parts.items():
        starts, ends = index[begin : begin + 2 * len(part)].reshape(2, -1)
        begin += 2 * len(part)
        depth = np.bincount(starts, minlength=len(breaks)) - np.bincount(ends, minlength=len(breaks))
        masks |= (np.cumsum(depth) > 0) * bit
    return breaks, masks


def _parts(table: ExonTable, shifts: np.ndarray) -> dict[int, np.ndarray]:
    """Return the intervals of each region type on the axis, as `transcript_regions` splits a transcript."""
    exons, transcript = table.exons, table.transcript
    begin, end = table.coding[transcript].T
    minus = table.minus[transcript]
    lower = _clip(exons, exons[:, 0], begin)
    upper = _clip(exons, end, exons[:, 1])
    lower[begin >= end] = upper[begin >= end] = 0
    after = np.flatnonzero(transcript[1:] == transcript[:-1]) + 1  # exons that are not the first ones
    introns = np.stack([exons[after - 1, 1], exons[after, 0]], axis=1)
    intervals = {
        CDS: (_clip(exons, begin, end), shifts),
        UTR5: (np.where(minus[:, None], upper, lower), shifts),
        UTR3: (np.where(minus[:, None], lower, upper), shifts),
        EXON: (exons, shifts),
        INTRON: (introns, shifts[after]),
    }
    return {bit: (part + shift[:, None])[part[:, 0] < part[:, 1]] for bit, (part, shift) in intervals.items()}


def _clip(intervals: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the part of each interval between a start and an end; it may be empty."""
    return np.stack([np.maximum(intervals[:, 0], starts), np.minimum(intervals[:, 1], ends)], axis=1)
