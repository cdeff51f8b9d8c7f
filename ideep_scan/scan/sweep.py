"""Sweep over chunks: bases are read once, features computed once, and each network scores them in one pass.

It is a generator: memory holds one chunk and the tiles in the queue.
The caller supplies the featurizer and the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ideep_scan.features.sources import SequenceSource
from ideep_scan.models.ordered_map import map_in_order, prefetch
from ideep_scan.models.tile_scores import TileScorer, score_tile_and_drivers
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import WALK, plan_tiles
from ideep_scan.scan.projection import create_empty_track, project

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer, Tile


def sweep(
    chunks: Iterable[Span],
    source: SequenceSource,
    featurizer: Featurizer,
    scorers: Sequence[TileScorer],
    *,
    driver_thresholds: Sequence[float | None] | None = None,
    walk_length: int = WALK,
    stride: int = 1,
    pool: Executor | None = None,
    queue_limit: int = 2,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Span, list[ScoreTrack]]]:
    """Score one chunk after another.

    A second thread computes the features of the next tiles during scoring, also while the caller uses a chunk.
    Sources must be safe to read from two threads.
    The results do not depend on the threads.

    Parameters
    ----------
    chunks : iterable of Span
        Chunks as `plan.cut_chunks` yields them.
    source : SequenceSource
        Bases that decide which positions are scored: the genome that the featurizer reads, or `KnownEnds` of it.
    featurizer : Featurizer
        Computes the features for all models.
    scorers : sequence of TileScorer
        One or more models.
    driver_thresholds : Sequence[float | None] or None
        The lowest score with a driver, for each model; None for no drivers.
    walk_length : int
        Limit of positions in a walk, as for `plan.plan_tiles`.
    stride : int
        Distance of scored positions, as for `plan.plan_tiles`.
    pool : Executor or None
        Threads that score one tile each; None scores in this thread.
    queue_limit : int
        Limit of tiles in the queue of the pool; two per thread keep all threads busy.
    on_progress : Callable[[int], None] or None
        Called with the number of positions of each finished chunk, with or without a score.

    Yields
    ------
    chunk : Span
        A chunk with at least one scored position; other chunks are skipped.
    tracks : list of ScoreTrack
        One per model, over the complete chunk; NaN means "not scored".
    """
    thresholds = [None] * len(scorers) if driver_thresholds is None else driver_thresholds

    def score(piece: _Piece) -> tuple[_Piece, list[tuple[np.ndarray, np.ndarray]]]:
        if piece.tile is None:
            return piece, []
        scores, drivers = score_tile_and_drivers(piece.tile, scorers, thresholds)
        return piece, list(zip(scores, drivers, strict=True))

    tracks: list[ScoreTrack] = []
    with closing(prefetch(_pieces(chunks, source, featurizer, walk_length=walk_length, stride=stride))) as pieces:
        for piece, scores in map_in_order(score, pieces, pool, queue_limit):
            for number, (model_scores, drivers) in enumerate(scores):
                if len(tracks) == number:
                    tracks.append(create_empty_track(piece.chunk))
                assert piece.walk is not None
                assert piece.tile is not None
                project(piece.walk, piece.tile.scored, tracks[number], scores=model_scores, drivers=drivers)
            if piece.tile is None:
                if on_progress is not None:
                    on_progress(len(piece.chunk))
                if tracks:
                    yield piece.chunk, tracks
                tracks = []


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tile of a chunk; without a tile, the end of the chunk."""

    chunk: Span
    walk: Walk | None = None
    tile: Tile | None = None


def _pieces(
    chunks: Iterable[Span], source: SequenceSource, featurizer: Featurizer, *, walk_length: int, stride: int
) -> Iterator[_Piece]:
    """Yield the tiles of each chunk, then the end of the chunk."""
    spec = featurizer.spec
    for chunk, codes in _read(chunks, source, spec.half):
        for walk, scored in plan_tiles(
            codes, chunk, spec.window, spec.max_unknown, walk_length=walk_length, stride=stride
        ):
            yield _Piece(chunk, walk, featurizer.tile(walk, scored))
        yield _Piece(chunk)


def _read(chunks: Iterable[Span], source: SequenceSource, half: int) -> Iterator[tuple[Span, np.ndarray]]:
    """Yield chunks with their bases, halo included; two strands of one interval are read once."""
    interval, codes = None, np.zeros(0, np.int8)
    for chunk in chunks:
        if (chunk.chrom, chunk.start, chunk.end) != interval:
            interval = chunk.chrom, chunk.start, chunk.end
            codes = source.codes(chunk.chrom, chunk.start - half, chunk.end + half)
        yield chunk, codes
