"""Transcripts that a part of the split holds out: find them, and score a sample of their positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import SequenceSource
from ideep_scan.jobs.train.locus_scores import LocusScores
from ideep_scan.models.tile_scores import TileScorer
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span, Strand
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.projection import create_empty_track
from ideep_scan.scan.sweep import sweep
from ideep_scan.train.training_data import SITE, TEST, TrainingData

PIECE = 20_000  # longest stretch of a locus that is scored in one
BUDGET = 400_000  # scored positions of a sample
OTHERS = 4  # judged positions in pieces with a site for each of the other pieces, at most


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Stretches of transcripts that are in one part of the split alone.

    Attributes
    ----------
    spans : tuple of Span
        The stretches, in the order of the loci.
    loci : np.ndarray
        Int64, number of the locus of each stretch.
    bound : np.ndarray
        Bool, True for stretches of a locus with a site of the part.
    """

    spans: tuple[Span, ...]
    loci: np.ndarray
    bound: np.ndarray


def find_held_out(data: TrainingData, loci: Sequence[Span], half: int, part: int = TEST) -> HeldOut:
    """Find the stretches of loci that only windows of one part share.

    A locus with such windows alone is held out, and so is one without windows on a contig of such windows alone.
    Of a locus with other windows as well, the stretches between windows of the part are held out.

    Parameters
    ----------
    data : TrainingData
        All windows; `data.locus` counts `loci`.
    loci : sequence of Span
        The loci of the genome.
    half : int
        Bases of a window on each side of its centre.
    part : int
        Part of the split: `TEST` or `VALIDATION`.

    Returns
    -------
    HeldOut
        The stretches.
    """
    contigs = {name: set(data.part[data.places.chrom == name].tolist()) for name in set(data.places.chrom.tolist())}
    order = np.lexsort((data.places.centre, data.locus))
    numbers, firsts = np.unique(data.locus[order], return_index=True)
    windows = dict(zip(numbers.tolist(), np.split(order, firsts[1:]), strict=True))
    stretches: list[tuple[Span, int, bool]] = []
    for number, span in enumerate(loci):
        rows = windows.get(number)
        if rows is None:
            if contigs.get(span.chrom) == {part}:
                stretches.append((span, number, False))
            continue
        bound = bool((data.part[rows] == part)[data.kind[rows] == SITE].any())
        windows_inside = data.part[rows] == part, data.places.centre[rows]
        stretches += [(stretch, number, bound) for stretch in _find_stretches(*windows_inside, span, half)]
    spans, indices, has_sites = zip(*stretches, strict=True) if stretches else ((), (), ())
    return HeldOut(tuple(spans), np.array(indices, np.int64), np.array(has_sites, bool))


def _find_stretches(is_inside: np.ndarray, centres: np.ndarray, span: Span, half: int) -> Iterator[Span]:
    """Find the held-out stretches of a locus with windows; their centres ascend."""
    if is_inside.all():
        yield span
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_inside, [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        start, stop = int(centres[first]) - half, int(centres[end - 1]) + half + 1
        yield Span(span.chrom, max(start, span.start), min(stop, span.end), span.strand)


@dataclass(frozen=True, eq=False)
class HeldOutScan:
    """Scan of samples of held-out stretches.

    Attributes
    ----------
    held_out : HeldOut
        The stretches.
    points : mapping of tuple of str to np.ndarray
        Ascending positions of all sites, by contig and strand.
    source : SequenceSource
        The genome.
    featurizer : Featurizer
        Computes the features.
    pool : Executor
        Threads that score.
    budget : int
        Scored positions of each sample.
    on_progress : callable
        Called with the number of positions that are done.
    """

    held_out: HeldOut
    points: Mapping[tuple[str, Strand], np.ndarray]
    source: SequenceSource
    featurizer: Featurizer
    pool: Executor
    budget: int = BUDGET
    on_progress: Callable[[int], None] = lambda done: None

    def run(self, scorer: TileScorer, seed: int) -> LocusScores:
        """Score a sample of all stretches as background, and one of bound stretches to judge calls.

        Parameters
        ----------
        scorer : TileScorer
            The model.
        seed : int
            Seed of the samples.

        Returns
        -------
        LocusScores
            The scores; those of bound stretches are judged.
        """
        everywhere = LocusScores()
        self._sample(everywhere, self._draw_pieces(np.arange(len(self.held_out.spans)), seed), scorer)
        scores = self.judge(scorer, seed)
        scores.background[:] = everywhere.background
        scores.smoothed[:] = everywhere.smoothed
        return scores

    def judge(self, scorer: TileScorer, seed: int) -> LocusScores:
        """Score a sample of bound stretches, in which sites judge calls; the parameters are those of `run`.

        Sites are rare, so pieces with a site are drawn more often; each other piece then stands for several.
        """
        pieces = self._draw_pieces(np.flatnonzero(self.held_out.bound), seed)
        scores, others = LocusScores(keep_rows=True), LocusScores(keep_rows=True)
        with_site, without = ([piece for piece in pieces if self._has_site(piece) == kind] for kind in (True, False))
        share = self._sample(scores, with_site, scorer, judges=True)
        other_share = self._sample(others, without, scorer, budget=self.budget // OTHERS, judges=True)
        scores.extend(others, share / other_share)
        return scores

    def _sample(
        self,
        scores: LocusScores,
        pieces: Sequence[tuple[Span, int]],
        scorer: TileScorer,
        *,
        budget: int | None = None,
        judges: bool = False,
    ) -> float:
        """Add pieces in their order until enough positions are scored; return the share of the pieces."""
        scored = 0
        for number, (piece, locus) in enumerate(pieces, 1):
            track = self._score(piece, scorer)
            count = int(np.count_nonzero(~np.isnan(track.values)))
            if count:
                scores.add(track, self._find_points(piece), locus, judges=judges)
            scored += count
            if scored >= (self.budget if budget is None else budget):
                return number / len(pieces)
        return 1.0

    def _draw_pieces(self, rows: np.ndarray, seed: int) -> list[tuple[Span, int]]:
        """Draw pieces of stretches in random order, each once, with the number of their locus."""
        pieces = [
            (Span(span.chrom, start, min(start + PIECE, span.end), span.strand), int(self.held_out.loci[row]))
            for row in rows.tolist()
            for span in (self.held_out.spans[row],)
            for start in range(span.start, span.end, PIECE)
        ]
        return [pieces[number] for number in np.random.default_rng(seed).permutation(len(pieces)).tolist()]

    def _score(self, piece: Span, scorer: TileScorer) -> ScoreTrack:
        """Score a piece."""
        track = create_empty_track(piece)
        for _, (part,) in sweep(cut_chunks([piece]), self.source, self.featurizer, [scorer], pool=self.pool):
            first = part.start - piece.start
            track.values[first : first + len(part.values)] = part.values
        self.on_progress(len(piece))
        return track

    def _has_site(self, piece: tuple[Span, int]) -> bool:
        return len(self._find_points(piece[0])) > 0

    def _find_points(self, piece: Span) -> np.ndarray:
        points = self.points.get((piece.chrom, piece.strand), np.zeros(0, np.int64))
        return points[np.searchsorted(points, piece.start) : np.searchsorted(points, piece.end)]
