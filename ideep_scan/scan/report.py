"""What a site is: its sequence, its gene and region, the motifs in its window, how rare its score. It calls nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from ideep_scan.features.regions import RegionMap, region_name
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.scores import Hit, MotifHit, SiteReport
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.order import Reorder


class Scanner(Protocol):
    """Finds PWM matches, as `motifs/hits.py` does."""

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[MotifHit]:
        """Matches along bases 5'→3' (int8 array (n,)) that lie at these genome positions (int64 array (n,))."""
        ...


class GeneIndex:
    """Which transcript a position belongs to."""

    def __init__(self, transcripts: Iterable[Transcript]):
        by_strand: dict[tuple[str, Strand], list[Transcript]] = defaultdict(list)
        for transcript in transcripts:
            by_strand[transcript.chrom, transcript.strand].append(transcript)
        self._places: dict[tuple[str, Strand], tuple[list[Transcript], np.ndarray, np.ndarray, np.ndarray]] = {}
        for key, group in by_strand.items():
            group.sort(key=lambda transcript: transcript.start)
            starts = np.array([transcript.start for transcript in group], np.int64)
            ends = np.array([transcript.end for transcript in group], np.int64)
            self._places[key] = group, starts, ends, np.maximum.accumulate(ends)

    def at(self, chrom: str, strand: Strand, position: int) -> Transcript | None:
        """The transcript of the strand that names a position; None between transcripts.

        Of several: one with the position in an exon (so that gene and region type agree), then a coding one, then
        the longest on the genome, then the first by id.
        """
        if (chrom, strand) not in self._places:
            return None
        group, starts, ends, reach = self._places[chrom, strand]
        first, last = np.searchsorted(reach, position, "right"), np.searchsorted(starts, position, "right")
        covering = [group[i] for i in range(first, last) if ends[i] > position]
        return min(covering, key=lambda transcript: _rank(transcript, position), default=None)


class SiteReporter:
    """Turns hits into rows of the hits table.

    Parameters
    ----------
    codes : bases along a walk, 5'→3' (`Featurizer.codes`).
    window : width of the window around the summit, odd.
    regions, genes : the annotation; None where there is none, and the columns stay unknown.
    scanner : finds motif hits; None where the model has no motifs to look for.
    p_values : p-values of scores, both (n,), as `models.calibration.Scale` has them; None where there are none.
    """

    def __init__(
        self,
        codes: Callable[[Walk], np.ndarray],
        window: int,
        regions: RegionMap | None = None,
        genes: GeneIndex | None = None,
        scanner: Scanner | None = None,
        p_values: Callable[[np.ndarray], np.ndarray] | None = None,
    ):
        self._codes, self._half = codes, window // 2
        self._regions, self._genes, self._scanner = regions, genes, scanner
        self._p_values = p_values
        self._motifs: Reorder[MotifHit] = Reorder()
        self._chrom: str | None = None

    def report(self, hits: Iterable[Hit]) -> Iterator[tuple[SiteReport, list[MotifHit]]]:
        """Reports of sites, as they come.

        Parameters
        ----------
        hits : in the order of the genome, both strands together, as `SiteCaller` hands them on.

        Yields
        ------
        report : sequence, region and gene at the summit; the motif with the smallest p-value in the window around
            it (the first 5'→3' of several); the p-value of the summit's score. q is left unknown.
        motifs : motif hits in the windows of the sites so far that no later site can come before, each once and in
            the order of the genome; the rest is left to `flush`.
        """
        hits = list(hits)
        for hit, p_value in zip(hits, self._rarity(hits), strict=True):
            settled = [] if hit.chrom == self._chrom else self.flush()
            self._chrom = hit.chrom
            report, found = self._describe(hit, p_value)
            self._motifs.add(found)
            yield report, settled + self._motifs.release(hit.start - self._half)

    def flush(self) -> list[MotifHit]:
        """The motif hits that are left after the last site."""
        return self._motifs.release()

    def _rarity(self, hits: Sequence[Hit]) -> Sequence[float | None]:
        if self._p_values is None or not hits:
            return [None] * len(hits)
        return self._p_values(np.array([hit.score for hit in hits])).tolist()

    def _describe(self, hit: Hit, p_value: float | None) -> tuple[SiteReport, list[MotifHit]]:
        walk = Walk(hit.chrom, hit.strand, ((hit.summit - self._half, hit.summit + self._half + 1),))
        codes = self._codes(walk)
        found = [] if self._scanner is None else self._scanner.hits(hit.chrom, hit.strand, walk.positions(), codes)
        upstream_first = sorted(found, key=lambda motif: motif.start if hit.strand == "+" else -motif.end)
        best = min(upstream_first, key=lambda motif: motif.p_value, default=None)
        region = None
        if self._regions is not None:
            region = region_name(int(self._regions.types(hit.chrom, hit.strand, np.array([hit.summit]))[0]))
        gene = None if self._genes is None else self._genes.at(hit.chrom, hit.strand, hit.summit)
        report = SiteReport(
            hit,
            decode(codes),
            region=region,
            gene_name=None if gene is None else gene.gene_name,
            gene_id=None if gene is None else gene.gene_id,
            motif=None if best is None else best.motif,
            p_value=p_value,
        )
        return report, found


def _rank(transcript: Transcript, position: int) -> tuple[bool, bool, int, str]:
    exon = int(np.searchsorted(transcript.exons[:, 0], position, "right")) - 1
    outside = position >= transcript.exons[exon, 1]
    return bool(outside), transcript.cds is None, transcript.start - transcript.end, transcript.id
