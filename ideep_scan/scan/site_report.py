"""What a site is: its sequence, its gene and region, the motifs in its window, how rare its score. It calls nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Protocol

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap, region_name
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.scores import Hit, MotifHit, SiteReport
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.genome_order import Reorder

Meaning = Callable[[np.ndarray], np.ndarray]  #: scores (n,) to what each of them means, (n,)
_Known = tuple[str, str | None, Transcript | None, list[MotifHit]]  #: sequence, region, transcript, motif hits


class Scanner(Protocol):
    """Finds PWM matches, as `motifs/hits.py` does."""

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
        """Matches in each window, 5'→3': bases (int8 array (windows, width)) and where they lie (int64 array)."""
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

    def at(self, chrom: str, strand: Strand, positions: np.ndarray) -> list[Transcript | None]:
        """The transcript of the strand that names each position (int64 array (n,)); None between transcripts.

        Of several: one with the position in an exon (so that gene and region type agree), then a coding one, then
        the longest on the genome, then the first by id.
        """
        if (chrom, strand) not in self._places:
            return [None] * len(positions)
        group, starts, ends, reach = self._places[chrom, strand]
        columns = positions, np.searchsorted(reach, positions, "right"), np.searchsorted(starts, positions, "right")
        found = []
        for position, first, last in zip(*(column.tolist() for column in columns), strict=True):
            covering = [group[i] for i in range(first, last) if ends[i] > position]
            found.append(min(covering, key=partial(_rank, position=position), default=None))
        return found


class SiteReporter:
    """Turns hits into rows of the hits table.

    Parameters
    ----------
    codes : Callable[[Walk], np.ndarray]
        Bases along a walk, 5'→3' (`Featurizer.codes`).
    window : int
        Width of the window around the summit, odd.
    regions, genes : RegionMap or None
        The annotation;
        None where there is none, and the columns stay unknown.
    scanner : Scanner or None
        Finds motif hits;
        None where the model has no motifs to look for.
    p_values : Meaning or None
        P-values of scores, both (n,), as `models.calibration.Scale` has them;
        None where there are none.
    precision : Meaning or None
        Expected share of true sites at or above scores, both (n,), likewise.
    """

    def __init__(
        self,
        codes: Callable[[Walk], np.ndarray],
        window: int,
        regions: RegionMap | None = None,
        genes: GeneIndex | None = None,
        scanner: Scanner | None = None,
        p_values: Meaning | None = None,
        precision: Meaning | None = None,
    ):
        self._codes, self._half = codes, window // 2
        self._regions, self._genes, self._scanner = regions, genes, scanner
        self._p_values, self._precision = p_values, precision
        self._motifs: Reorder[MotifHit] = Reorder()
        self._chrom: str | None = None

    def report(self, hits: Iterable[Hit]) -> Iterator[tuple[SiteReport, list[MotifHit]]]:
        """Reports of sites, as they come.

        Parameters
        ----------
        hits : iterable of Hit
            In the order of the genome, both strands together, as `SiteCaller` hands them on.

        Yields
        ------
        report : SiteReport
            Sequence, region and gene at the summit; the motif with the smallest p-value in the window around it (the
            first 5'→3' of several); p-value and expected precision of the summit's score.
        motifs : list of MotifHit
            Motif hits in the windows of the sites so far that no later site can come before, each once and in the order
            of the genome; the rest is left to `flush`.
        """
        hits = list(hits)
        of_strand: dict[tuple[str, Strand], list[Hit]] = defaultdict(list)
        for hit in hits:
            of_strand[hit.chrom, hit.strand].append(hit)
        known = {key: self._known(*key, some) for key, some in of_strand.items()}
        meanings = _meaning(self._p_values, hits), _meaning(self._precision, hits)
        for hit, p_value, precision in zip(hits, *meanings, strict=True):
            settled = [] if hit.chrom == self._chrom else self.flush()
            self._chrom = hit.chrom
            sequence, region, gene, found = next(known[hit.chrom, hit.strand])
            self._motifs.add(found)
            best = min(found, key=attrgetter("p_value"), default=None)
            report = SiteReport(
                hit,
                sequence,
                region=region,
                gene_name=None if gene is None else gene.gene_name,
                gene_id=None if gene is None else gene.gene_id,
                motif=None if best is None else best.motif,
                motif_protein=None if best is None else best.match,
                p_value=p_value,
                expected_precision=precision,
            )
            yield report, settled + self._motifs.release(hit.start - self._half)

    def flush(self) -> list[MotifHit]:
        """The motif hits that are left after the last site."""
        return self._motifs.release()

    def _known(self, chrom: str, strand: Strand, hits: Sequence[Hit]) -> Iterator[_Known]:
        """Of each hit of one strand, looked up together: a call for each would take longer than the looking up."""
        summits, half = np.array([hit.summit for hit in hits], np.int64), self._half
        walk = Walk(chrom, strand, tuple((at - half, at + half + 1) for at in summits.tolist()))
        in_order = slice(None, None, 1 if strand == "+" else -1)  # on minus a walk begins with its last window
        codes = self._codes(walk).reshape(len(hits), -1)[in_order]
        regions: list[str | None] = [None] * len(hits)
        genes: list[Transcript | None] = [None] * len(hits)
        motifs: list[list[MotifHit]] = [[] for _ in hits]
        if self._regions is not None:
            regions = [region_name(mask) for mask in self._regions.types(chrom, strand, summits).tolist()]
        if self._genes is not None:
            genes = self._genes.at(chrom, strand, summits)
        if self._scanner is not None:
            positions = walk.positions().reshape(codes.shape)[in_order]
            motifs = self._scanner.hits(chrom, strand, positions, codes)
        return zip(map(decode, codes), regions, genes, motifs, strict=True)


def _meaning(of: Meaning | None, hits: Sequence[Hit]) -> Sequence[float | None]:
    if of is None or not hits:
        return [None] * len(hits)
    return of(np.array([hit.score for hit in hits])).tolist()


def _rank(transcript: Transcript, position: int) -> tuple[bool, bool, int, str]:
    exon = int(transcript.exons[:, 0].searchsorted(position, "right")) - 1
    outside = position >= transcript.exons[exon, 1]
    return bool(outside), transcript.cds is None, transcript.start - transcript.end, transcript.id
