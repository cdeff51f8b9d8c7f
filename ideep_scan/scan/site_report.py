"""Description of called sites: sequence, gene, region type, motif, p-value and expected precision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Protocol

import numpy as np

from ideep_scan.features.transcript_regions import region_name
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.scores import Hit, MotifHit, SiteReport
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.walk import Walk
from ideep_scan.scan.genome_order import Reorder

Meaning = Callable[[np.ndarray], np.ndarray]  #: from scores (n,) to p-values or precisions (n,)
_Details = tuple[str, str | None, Transcript | None, list[MotifHit]]  #: sequence, region, transcript, motif hits


class Scanner(Protocol):
    """Finder of PWM matches, such as `motifs.hits.MotifScanner`."""

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
        """Find the matches in windows.

        Parameters
        ----------
        chrom : str
            Contig of the windows.
        strand : Strand
            Strand of the windows.
        positions : np.ndarray
            Int64 array (windows, width), genome position of each base, 5'→3'.
        codes : np.ndarray
            Int8 array (windows, width), bases 5'→3'.

        Returns
        -------
        list[list[MotifHit]]
            The matches of each window, 5'→3'.
        """
        ...


class RegionTypes(Protocol):
    """Source of region types, such as `RegionMap`."""

    def find_types(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Look up the mask of region types of each position."""
        ...


class Genes(Protocol):
    """Source of the transcript that names a position, such as `GeneIndex`."""

    def find(self, chrom: str, strand: Strand, positions: np.ndarray) -> Sequence[Transcript | None]:
        """Find the transcript that names each position."""
        ...


class GeneIndex:
    """Index from positions to transcripts.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.
    """

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

    def find(self, chrom: str, strand: Strand, positions: np.ndarray) -> list[Transcript | None]:
        """Find the transcript that names each position.

        If several contain the position, those with the position in an exon have priority: gene and region type agree.
        Next come coding transcripts, then the longest on the genome, then the first by id.

        Parameters
        ----------
        chrom : str
            A contig.
        strand : Strand
            Strand of the transcripts.
        positions : np.ndarray
            Int64 array (n,), 0-based.

        Returns
        -------
        list[Transcript | None]
            A transcript per position; None between transcripts.
        """
        if (chrom, strand) not in self._places:
            return [None] * len(positions)
        group, starts, ends, reach = self._places[chrom, strand]
        columns = positions, np.searchsorted(reach, positions, "right"), np.searchsorted(starts, positions, "right")
        transcripts = []
        for position, first, last in zip(*(column.tolist() for column in columns), strict=True):
            covering = [group[i] for i in range(first, last) if ends[i] > position]
            transcripts.append(min(covering, key=partial(_rank, position=position), default=None))
        return transcripts


class SiteReporter:
    """Turn hits into rows of the sites table.

    Parameters
    ----------
    codes : Callable[[Walk], np.ndarray]
        Function that returns the bases along a walk, 5'→3' (`Featurizer.codes`).
    window : int
        Width of the window around the summit, odd.
    regions : RegionTypes or None
        Region types of the annotation; None leaves the column empty.
    genes : Genes or None
        Genes of the annotation; None leaves the columns empty.
    scanners : sequence of Scanner
        Find motif hits: of known motifs, and of those that the model has learned.
    protein : str
        Gene symbol of the model's protein. Its motifs describe a site before those of other proteins do.
    p_values : Meaning or None
        P-values of scores, as `models.scale.Scale` computes them.
        None leaves the column empty.
    precision : Meaning or None
        Expected precision of scores, likewise.
    """

    def __init__(
        self,
        codes: Callable[[Walk], np.ndarray],
        window: int,
        *,
        regions: RegionTypes | None = None,
        genes: Genes | None = None,
        scanners: Sequence[Scanner] = (),
        protein: str = "",
        p_values: Meaning | None = None,
        precision: Meaning | None = None,
    ):
        self._codes = codes
        self._half = window // 2
        self._regions = regions
        self._genes = genes
        self._scanners = tuple(scanners)
        self._protein = protein
        self._p_values = p_values
        self._precision = precision
        self._motifs: Reorder[MotifHit] = Reorder()
        self._chrom: str | None = None

    def report(self, hits: Iterable[Hit]) -> Iterator[tuple[SiteReport, list[MotifHit]]]:
        """Report sites as they come.

        Parameters
        ----------
        hits : iterable of Hit
            Sites in genome order, both strands together, as `SiteCaller` returns them.

        Yields
        ------
        report : SiteReport
            Sequence, region type and gene at the summit, and p-value and expected precision of its score.
            The motif is one that the model has learned, or one that is known for its protein, if any has a hit in the
            window. Of several, it is the one with the smallest p-value, then the first 5'→3'.
        motifs : list of MotifHit
            Motif hits that no later site can precede, each once, in genome order; `flush` returns the last ones.
        """
        hits = list(hits)
        by_strand: dict[tuple[str, Strand], list[Hit]] = defaultdict(list)
        for hit in hits:
            by_strand[hit.chrom, hit.strand].append(hit)
        details = {
            (chrom, strand): self._describe(chrom, strand, group) for (chrom, strand), group in by_strand.items()
        }
        p_values = _apply(self._p_values, hits)
        precisions = _apply(self._precision, hits)
        for hit, p_value, precision in zip(hits, p_values, precisions, strict=True):
            complete = [] if hit.chrom == self._chrom else self.flush()
            self._chrom = hit.chrom
            sequence, region, gene, motifs = next(details[hit.chrom, hit.strand])
            self._motifs.add(motifs)
            best = min(motifs, key=self._rank_motif, default=None)
            report = SiteReport(
                hit,
                sequence,
                region=region,
                gene_name=None if gene is None else gene.gene_name,
                gene_id=None if gene is None else gene.gene_id,
                motif=None if best is None else best.motif,
                p_value=p_value,
                precision=precision,
            )
            yield report, complete + self._motifs.release(hit.start - self._half)

    def flush(self) -> list[MotifHit]:
        """Return the motif hits that remain after the last site."""
        return self._motifs.release()

    def _rank_motif(self, hit: MotifHit) -> tuple[bool, float, int]:
        along = hit.start if hit.strand == "+" else -hit.end
        return not hit.motif.describes(self._protein), hit.p_value, along

    def _describe(self, chrom: str, strand: Strand, hits: Sequence[Hit]) -> Iterator[_Details]:
        """Describe the hits of one strand together; a call per hit would take longer than the work itself."""
        half = self._half
        summits = np.array([hit.summit for hit in hits], np.int64)
        walk = Walk(chrom, strand, tuple((summit - half, summit + half + 1) for summit in summits.tolist()))
        genome_order = slice(None, None, 1 if strand == "+" else -1)  # on minus a walk begins with its last window
        codes = self._codes(walk).reshape(len(hits), -1)[genome_order]
        regions: list[str | None] = [None] * len(hits)
        genes: Sequence[Transcript | None] = [None] * len(hits)
        motifs: list[list[MotifHit]] = [[] for _ in hits]
        if self._regions is not None:
            regions = [region_name(mask) for mask in self._regions.find_types(chrom, strand, summits).tolist()]
        if self._genes is not None:
            genes = self._genes.find(chrom, strand, summits)
        if self._scanners:
            positions = walk.positions().reshape(codes.shape)[genome_order]
            by_scanner = [scanner.hits(chrom, strand, positions, codes) for scanner in self._scanners]
            motifs = [list(chain(*window)) for window in zip(*by_scanner, strict=True)]
        return zip(map(decode, codes), regions, genes, motifs, strict=True)


def _apply(meaning: Meaning | None, hits: Sequence[Hit]) -> Sequence[float | None]:
    if meaning is None or not hits:
        return [None] * len(hits)
    return meaning(np.array([hit.score for hit in hits])).tolist()


def _rank(transcript: Transcript, position: int) -> tuple[bool, bool, int, str]:
    exon = int(transcript.exons[:, 0].searchsorted(position, "right")) - 1
    outside = position >= transcript.exons[exon, 1]
    return bool(outside), transcript.cds is None, transcript.start - transcript.end, transcript.id
