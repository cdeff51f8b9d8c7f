"""Chunks to score tracks: bases read once, features made once, every model scored on them.

A generator: memory is a chunk and the tiles under way. It opens nothing, calls no sites and knows no network: what
makes features and scores is handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from ideep_scan.features.sources import SequenceSource
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import tiles
from ideep_scan.scan.projection import project, unscored
from ideep_scan.scan.settings import WALK

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer, Tile

T = TypeVar("T")
Scores = tuple[np.ndarray] | tuple[np.ndarray, np.ndarray]


class TileScorer(Protocol):
    """A model, as `models/scorer.py` makes one."""

    def score(self, tile: Tile) -> np.ndarray:
        """Score of each of `tile.scored`, in their order: float32 array (n,)."""
        ...

    def score_and_drivers(self, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """The same, and what drives those of `threshold` or more: int8 array (n,), -1 for the others."""
        ...


def sweep(
    chunks: Iterable[Span],
    source: SequenceSource,
    featurizer: Featurizer,
    scorers: Sequence[TileScorer],
    *,
    drivers_from: Sequence[float | None] | None = None,
    walk_length: int = WALK,
    stride: int = 1,
    pool: Executor | None = None,
    under_way: int = 2,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Span, list[ScoreTrack]]]:
    """Score chunk after chunk.

    Features of the next tiles are made in a second thread while some are scored, also while the caller holds a chunk:
    sources must bear being read from two threads. The results do not depend on it.

    Parameters
    ----------
    chunks : iterable of Span
        As `plan.chunks` gives them.
    source : SequenceSource
        The genome; what the featurizer reads from.
    featurizer : Featurizer
        Makes the features that all scorers share.
    scorers : sequence of TileScorer
        One or more models.
    drivers_from : Sequence[float or None] or None
        For each of them the score from which on to tell what drives it;
        None = do not.
    walk_length, stride : int
        See `plan.tiles`.
    pool : Executor or None
        Threads to score in, a tile each;
        None = score in this thread.
    under_way : int
        Tiles that may wait for their scores in the pool; two for each of its threads keep them busy.
    on_progress : Callable[[int], None] or None
        Called with the number of positions of each chunk that is done, those without a score included.

    Yields
    ------
    chunk
        A chunk with at least one scored position; the others are passed over.
    tracks
        One for each scorer, over the whole chunk;
        NaN = not scored.
    """
    thresholds = [None] * len(scorers) if drivers_from is None else drivers_from

    def score(tile: Tile) -> list[Scores]:
        return [
            (scorer.score(tile),) if threshold is None else scorer.score_and_drivers(tile, threshold)
            for scorer, threshold in zip(scorers, thresholds, strict=True)
        ]

    tracks: list[ScoreTrack] = []
    with closing(_ahead(_pieces(chunks, source, featurizer, walk_length, stride))) as pieces:
        for piece, scores in _scored(pieces, score, pool, under_way):
            for number, of_model in enumerate(scores):
                if len(tracks) == number:
                    tracks.append(unscored(piece.chunk))
                assert piece.walk is not None
                assert piece.tile is not None
                project(piece.walk, piece.tile.scored, tracks[number], *of_model)
            if piece.tile is None:
                if on_progress is not None:
                    on_progress(len(piece.chunk))
                if tracks:
                    yield piece.chunk, tracks
                tracks = []


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tile of a chunk; without one, the end of the chunk."""

    chunk: Span
    walk: Walk | None = None
    tile: Tile | None = None


def _pieces(
    chunks: Iterable[Span], source: SequenceSource, featurizer: Featurizer, walk_length: int, stride: int
) -> Iterator[_Piece]:
    """The tiles of each chunk, and behind them its end."""
    spec = featurizer.spec
    for chunk, codes in _read(chunks, source, spec.half):
        for walk, scored in tiles(codes, chunk, spec.window, spec.max_unknown, walk_length=walk_length, stride=stride):
            yield _Piece(chunk, walk, featurizer.tile(walk, scored))
        yield _Piece(chunk)


def _scored(
    pieces: Iterable[_Piece], score: Callable[[Tile], list[Scores]], pool: Executor | None, under_way: int
) -> Iterator[tuple[_Piece, list[Scores]]]:
    """Each piece with what every model makes of it, in their order."""
    if pool is None:
        for piece in pieces:
            yield piece, [] if piece.tile is None else score(piece.tile)
        return
    waiting: deque[tuple[_Piece, Future[list[Scores]] | None]] = deque()
    try:
        for piece in pieces:
            waiting.append((piece, None if piece.tile is None else pool.submit(score, piece.tile)))
            while len(waiting) > under_way:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())
    finally:
        for _, future in waiting:
            if future is not None:
                future.cancel()


def _result(piece: _Piece, future: Future[list[Scores]] | None) -> tuple[_Piece, list[Scores]]:
    return piece, [] if future is None else future.result()


def _read(chunks: Iterable[Span], source: SequenceSource, half: int) -> Iterator[tuple[Span, np.ndarray]]:
    """Chunks with their bases, halo included; the two strands of one stretch share one reading."""
    place, codes = None, np.zeros(0, np.int8)
    for chunk in chunks:
        if (chunk.chrom, chunk.start, chunk.end) != place:
            place = chunk.chrom, chunk.start, chunk.end
            codes = source.codes(chunk.chrom, chunk.start - half, chunk.end + half)
        yield chunk, codes


def _ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The same items, the next one made in a thread of its own while one is used."""
    with ThreadPoolExecutor(1, "featurize") as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item
