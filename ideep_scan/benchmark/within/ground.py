"""Positions to judge: those in genes of the held-out regions whose sequence is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ideep_scan.features.sources import SequenceSource
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.scorable import find_runs, mark_scorable
from ideep_scan.records.span import STRANDS, Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.regions import HELD_OUT

STRETCH = 20_000  # nt of known sequence in one piece; shorter pieces may lie where sites are
EXON_CONTIGS = ("chr19",)  # contigs whose exons count too, where the complete window is known
_GENE = 1 << 40  # keys of neighbouring genes are this far apart
_JOIN = 1000  # nt between rows that are scored in one span


@dataclass(frozen=True, eq=False)
class Ground:
    """Positions to judge, gene by gene, 5'→3'.

    Attributes
    ----------
    spans : tuple of Span
        The genes: transcripts of a strand that overlap are one gene.
    contigs : tuple of str
        Name of the held-out contig of each gene, as `train/regions.py` writes it.
    genes : np.ndarray
        Int64 array (n,), the gene of each row, ascending.
    positions : np.ndarray
        Int64 array (n,), genome positions.
    """

    spans: tuple[Span, ...]
    contigs: tuple[str, ...]
    genes: np.ndarray
    positions: np.ndarray

    def __len__(self) -> int:
        return self.genes.size

    @cached_property
    def keys(self) -> np.ndarray:
        """Places 5'→3', int64 array (n,), ascending; those of different genes are far apart."""
        minus = np.array([span.strand == "-" for span in self.spans], np.bool_)[self.genes]
        return _make_keys(self.genes, self.positions, minus)

    @cached_property
    def digest(self) -> str:
        """Digest of the rows."""
        text = repr(self.spans).encode()
        return hashlib.sha256(text + self.genes.tobytes() + self.positions.tobytes()).hexdigest()

    def find_points(self, list_points: Callable[[str, Strand], np.ndarray]) -> np.ndarray:
        """Find the points that lie in the genes, scored or not.

        Parameters
        ----------
        list_points : callable
            Returns the genome positions of the points on a contig and strand, ascending.

        Returns
        -------
        np.ndarray
            Int64 array (m,), their keys, ascending.
        """
        keys = [np.zeros(0, np.int64)]
        for (chrom, strand), genes in self._genes_by_place.items():
            starts, ends = np.array([(self.spans[gene].start, self.spans[gene].end) for gene in genes]).T
            points = list_points(chrom, strand)
            place = np.searchsorted(starts, points, side="right") - 1
            inside = (place >= 0) & (points < ends[place])
            keys.append(_make_keys(genes[place[inside]], points[inside], np.bool_(strand == "-")))
        return np.sort(np.concatenate(keys))

    def find_rows(self, keys: np.ndarray) -> np.ndarray:
        """Find the rows that have one of the keys; keys without a row are left out."""
        if not len(self):
            return np.zeros(0, np.int64)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        return rows[self.keys[rows] == keys]

    def mark_cores(self, peaks: PeakList) -> np.ndarray:
        """Mark the rows in the core of a peak: bool array (n,)."""
        labels = np.zeros(len(self), np.bool_)
        cores = {place: peaks.list_cores(*place) for place in self._genes_by_place}
        for rows, span in self.iterate_genes():
            labels[rows] = mark_covered(*cores[span.chrom, span.strand], self.positions[rows])
        return labels

    @cached_property
    def _genes_by_place(self) -> dict[tuple[str, Strand], np.ndarray]:
        """Genes of each strand, by start."""
        places: dict[tuple[str, Strand], list[int]] = {}
        for gene, span in enumerate(self.spans):
            places.setdefault((span.chrom, span.strand), []).append(gene)
        starts = np.array([span.start for span in self.spans])
        return {place: np.array(genes)[np.argsort(starts[genes])] for place, genes in places.items()}

    def iterate_genes(self) -> Iterator[tuple[slice, Span]]:
        """Yield the rows of each gene with its span."""
        ends = np.searchsorted(self.genes, np.arange(len(self.spans)), side="right").tolist()
        for start, end, span in zip([0, *ends], ends, self.spans, strict=False):
            yield slice(start, end), span

    def list_stretches(self) -> list[Span]:
        """List spans to scan that hold all rows, in the order that `cut_chunks` needs."""
        stretches = []
        for rows, span in self.iterate_genes():
            for part in self.cut_rows(rows):
                ends = self.positions[[part.start, part.stop - 1]]
                stretches.append(Span(span.chrom, int(ends.min()), int(ends.max()) + 1, span.strand))
        contigs = list(dict.fromkeys(span.chrom for span in stretches))
        return sorted(stretches, key=lambda span: (contigs.index(span.chrom), STRANDS.index(span.strand), span.start))

    def cut_rows(self, rows: slice) -> Iterator[slice]:
        """Cut the rows of a gene where many positions in between are not judged."""
        gaps = np.flatnonzero(np.abs(np.diff(self.positions[rows])) >= _JOIN) + rows.start + 1
        for start, end in pairwise([rows.start, *gaps.tolist(), rows.stop]):
            yield slice(start, end)

    def select(self, is_chosen: np.ndarray) -> tuple[Ground, np.ndarray]:
        """Select genes.

        Parameters
        ----------
        is_chosen : np.ndarray
            Bool array (genes,).

        Returns
        -------
        tuple of Ground and np.ndarray
            The ground of these genes, and the indices of its rows in this one.
        """
        numbers = np.cumsum(is_chosen) - 1
        rows = np.flatnonzero(is_chosen[self.genes])
        chosen = np.flatnonzero(is_chosen).tolist()
        spans, contigs = tuple(self.spans[gene] for gene in chosen), tuple(self.contigs[gene] for gene in chosen)
        return Ground(spans, contigs, numbers[self.genes[rows]], self.positions[rows]), rows


def lay_ground(
    source: SequenceSource, resolver: ContigResolver, transcripts: Sequence[Transcript], spec: FeatureSpec
) -> Ground:
    """Find the positions to judge in the held-out regions.

    A position counts if a scan would score it and it lies in at least `STRETCH` nt of known sequence.
    Of `EXON_CONTIGS`, positions of exons count as well if all bases of their window are known.

    Parameters
    ----------
    source : SequenceSource
        The genome, hg19.
    resolver : ContigResolver
        Finds the contigs of the genome by their names in `train/regions.py`.
    transcripts : sequence of Transcript
        The annotation.
    spec : FeatureSpec
        Features of the models: width of a window and limit of unknown bases.

    Returns
    -------
    Ground
        The positions.
    """
    spans, contigs = [], []
    positions: list[np.ndarray] = []
    for name, start, end in HELD_OUT:
        chrom = resolver.resolve(name)
        if chrom is None:
            continue
        end = min(end, source.contigs[chrom])
        zone = [transcript for transcript in transcripts if transcript.chrom == chrom]
        exons = _list_exons(zone) if name in EXON_CONTIGS else {}
        firsts, ends = find_runs(source.codes(chrom, start, end) != UNKNOWN)
        is_long = ends - firsts >= STRETCH
        stretches = firsts[is_long] + start, ends[is_long] + start
        for span in plan_loci({chrom: source.contigs[chrom]}, zone, [(chrom, start, end)]):
            rows = _find_rows(span, source, spec, stretches, exons=exons.get(span.strand))
            if rows.size:
                spans.append(span)
                contigs.append(name)
                positions.append(rows if span.strand == "+" else rows[::-1])
    genes = np.repeat(np.arange(len(spans)), [rows.size for rows in positions])
    return Ground(tuple(spans), tuple(contigs), genes, np.concatenate([np.zeros(0, np.int64), *positions]))


def _find_rows(
    span: Span,
    source: SequenceSource,
    spec: FeatureSpec,
    stretches: tuple[np.ndarray, np.ndarray],
    *,
    exons: tuple[np.ndarray, np.ndarray] | None,
) -> np.ndarray:
    """Find the positions of a gene to judge, ascending."""
    positions = np.arange(span.start, span.end)
    codes = source.codes(span.chrom, span.start - spec.half, span.end + spec.half)
    mask = mark_scorable(codes, spec.window, spec.max_unknown) & mark_covered(*stretches, positions)
    if exons is not None:
        mask |= mark_scorable(codes, spec.window, 0) & mark_covered(*exons, positions)
    return positions[mask]


def _list_exons(transcripts: Iterable[Transcript]) -> dict[Strand, tuple[np.ndarray, np.ndarray]]:
    """Merge the exons of each strand."""
    exons: dict[Strand, list[np.ndarray]] = {}
    for transcript in transcripts:
        exons.setdefault(transcript.strand, []).append(transcript.exons)
    return {strand: merge(*np.concatenate(arrays).T) for strand, arrays in exons.items()}


def _make_keys(genes: np.ndarray | int, positions: np.ndarray, minus: np.ndarray | np.bool_) -> np.ndarray:
    return genes * _GENE + np.where(minus, _GENE // 2 - positions, positions)
