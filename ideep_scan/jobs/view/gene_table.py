"""All genes of a run: how much of each region was scanned, and how many sites of each model it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.gene_regions import REGIONS, GeneRegions
from ideep_scan.jobs.view.site_index import SiteIndex

BIN = 256  # nt, to which the scanned parts are known
_MAX_BINS = 1 << 21  # of a strand of a contig
#: From contig, whether the minus strand, start, end and number of bins to whether a position of each bin was scored.
Coverage = Callable[[str, bool, int, int, int], np.ndarray]


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Sites of one model in one region of a gene.

    Attributes
    ----------
    count : int
        Number of sites.
    highest : float or None
        Highest score; None without a site.
    density : float or None
        Sites per 1,000 scanned nt; None if nothing of the region was scanned.
    share : float or None
        Share of all genes with this region that have fewer sites per 1,000 nt; None without a site or such genes.
    """

    count: int
    highest: float | None
    density: float | None
    share: float | None


class GeneTable:
    """Sites by model, gene and region.

    Parameters
    ----------
    genes : sequence of str
        Symbols of the genes.
    lengths : np.ndarray
        Float array (genes, regions), scanned nt, as `measure_scanned` returns it.
    index : SiteIndex
        The sites.
    """

    def __init__(self, genes: Sequence[str], lengths: np.ndarray, index: SiteIndex):
        self._numbers = {gene: number for number, gene in enumerate(genes)}
        self._lengths = lengths
        self.counts_of_genes = (lengths > 0).sum(axis=0)
        gene = _recode(index.texts["gene_name"].texts, self._numbers)[index.texts["gene_name"].codes]
        region = _recode(index.texts["region"].texts, {name: i for i, name in enumerate(REGIONS)})
        region = region[index.texts["region"].codes]
        model = index.texts["model"].codes.astype(np.int64)
        sites = np.flatnonzero((gene >= 0) & (region >= 0))
        keys = (model[sites] * len(REGIONS) + region[sites]) * max(1, len(genes)) + gene[sites]
        order = np.argsort(keys, kind="stable")
        self._keys, first = np.unique(keys[order], return_index=True)
        self._counts = np.diff(np.append(first, len(keys)))
        scores = index.numbers["score"][sites][order]
        self._highest = np.maximum.reduceat(scores, first) if len(first) else scores
        cell, places = np.divmod(self._keys, max(1, len(genes)))
        scanned = lengths[places, cell % len(REGIONS)] if len(places) else np.zeros(0)
        self._densities = np.divide(1000 * self._counts, scanned, out=np.full(len(scanned), np.nan), where=scanned > 0)

    def find(self, gene: str) -> int | None:
        """Return the number of a gene by its symbol."""
        return self._numbers.get(gene)

    def scanned(self, gene: int) -> list[float]:
        """Return the scanned nt of each region of a gene."""
        lengths: list[float] = self._lengths[gene].tolist()
        return lengths

    def count(self, model: int, gene: int) -> list[RegionCounts]:
        """Count the sites of a model in each region of a gene."""
        return [self._count(model * len(REGIONS) + region, region, gene) for region in range(len(REGIONS))]

    def _count(self, cell: int, region: int, gene: int) -> RegionCounts:
        size = max(1, len(self._numbers))
        begin, end = np.searchsorted(self._keys, (cell * size, (cell + 1) * size))
        place = begin + int(np.searchsorted(self._keys[begin:end], cell * size + gene))
        scanned = self._lengths[gene, region]
        if place >= end or self._keys[place] != cell * size + gene:
            return RegionCounts(0, None, 0.0 if scanned > 0 else None, None)
        count, highest = int(self._counts[place]), float(self._highest[place])
        density = float(self._densities[place])
        if not scanned > 0:
            return RegionCounts(count, highest, None, None)
        total = int(self.counts_of_genes[region])
        densities = self._densities[begin:end]
        densities = densities[~np.isnan(densities)]
        fewer = total - len(densities) + int((densities < density).sum())
        return RegionCounts(count, highest, density, fewer / (total - 1) if total > 1 else None)


def measure_scanned(pieces: GeneRegions, contigs: Sequence[str], genes: int, coverage: Coverage | None) -> np.ndarray:
    """Measure how much of each region of each gene was scanned.

    Parameters
    ----------
    pieces : GeneRegions
        Regions of the genes.
    contigs : sequence of str
        Names of the contigs of the pieces.
    genes : int
        Number of genes.
    coverage : Coverage or None
        Tells which bins were scored; None if that is unknown, so that all bases count as scanned.

    Returns
    -------
    np.ndarray
        Float array (genes, regions), nt. At the ends of what was scanned it is exact to a bin.
    """
    scanned = (pieces.ends - pieces.starts).astype(np.float64)
    if coverage is not None and len(scanned):
        for contig, minus in np.unique(np.stack([pieces.contig, pieces.minus]), axis=1).T.tolist():
            rows = np.flatnonzero((pieces.contig == contig) & (pieces.minus == minus))
            start, end = int(pieces.starts[rows].min()), int(pieces.ends[rows].max())
            bins = min(_MAX_BINS, -(-(end - start) // BIN))
            is_scored = coverage(contigs[contig], bool(minus), start, end, bins)
            if not is_scored.any():
                scanned[rows] = 0
                continue
            edges = np.linspace(start, end, bins + 1)
            scored = np.concatenate([[0], np.cumsum(is_scored * np.diff(edges))])
            scanned[rows] = np.interp(pieces.ends[rows], edges, scored) - np.interp(pieces.starts[rows], edges, scored)
    cells = pieces.gene * len(REGIONS) + pieces.region
    return np.bincount(cells, scanned, minlength=genes * len(REGIONS)).reshape(genes, len(REGIONS))


def _recode(texts: Sequence[str], numbers: dict[str, int]) -> np.ndarray:
    """Return the number of each text; -1 if it has none."""
    return np.array([numbers.get(text, -1) for text in texts] or [-1], np.int64)
