"""Chunks to score tracks: bases read once, features made once, every model scored on them.

A generator: memory is one chunk. It opens nothing, calls no sites and knows no network: what makes features and
scores is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from ideep_scan.features.sources import SequenceSource
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import tiles
from ideep_scan.scan.project import project, unscored
from ideep_scan.scan.settings import WALK

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer, Tile

T = TypeVar("T")


class Scorer(Protocol):
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
    scorers: Sequence[Scorer],
    *,
    drivers_from: Sequence[float | None] | None = None,
    walk_length: int = WALK,
    stride: int = 1,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Span, list[ScoreTrack]]]:
    """Score chunk after chunk.

    Features of the next tile are made in a second thread while one is scored; the results do not depend on it, and
    nothing runs there while the caller holds a chunk, so the caller may read from the same sources.

    Parameters
    ----------
    chunks : as `plan.chunks` gives them.
    source : the genome; what the featurizer reads from.
    featurizer : makes the features that all scorers share.
    scorers : one or more models.
    drivers_from : for each of them the score from which on to tell what drives it; None = do not.
    walk_length, stride : see `plan.tiles`.
    on_progress : called with the number of positions of each chunk that is done, those without a score included.

    Yields
    ------
    chunk : a chunk with at least one scored position; the others are passed over.
    tracks : one for each scorer, over the whole chunk; NaN = not scored.
    """
    spec = featurizer.spec
    thresholds = [None] * len(scorers) if drivers_from is None else drivers_from
    with ThreadPoolExecutor(1, "featurize") as pool:
        for chunk, codes in _read(chunks, source, spec.half):
            tracks: list[ScoreTrack] = []
            walks = tiles(codes, chunk, spec.window, spec.max_unknown, walk_length=walk_length, stride=stride)
            made = ((walk, featurizer.tile(walk, scored)) for walk, scored in walks)
            for walk, tile in _ahead(made, pool):
                tracks = tracks or [unscored(chunk) for _ in scorers]
                for scorer, track, threshold in zip(scorers, tracks, thresholds, strict=True):
                    if threshold is None:
                        project(walk, tile.scored, track, scorer.score(tile))
                    else:
                        project(walk, tile.scored, track, *scorer.score_and_drivers(tile, threshold))
            if on_progress is not None:
                on_progress(len(chunk))
            if tracks:
                yield chunk, tracks


def _read(chunks: Iterable[Span], source: SequenceSource, half: int) -> Iterator[tuple[Span, np.ndarray]]:
    """Chunks with their bases, halo included; the two strands of one stretch share one reading."""
    place, codes = None, np.zeros(0, np.int8)
    for chunk in chunks:
        if (chunk.chrom, chunk.start, chunk.end) != place:
            place = chunk.chrom, chunk.start, chunk.end
            codes = source.codes(chunk.chrom, chunk.start - half, chunk.end + half)
        yield chunk, codes


def _ahead(items: Iterator[T], pool: ThreadPoolExecutor) -> Iterator[T]:
    """The same items, each made in the pool while the one before is used."""
    coming = pool.submit(next, items, None)
    while (item := coming.result()) is not None:
        coming = pool.submit(next, items, None)
        yield item
