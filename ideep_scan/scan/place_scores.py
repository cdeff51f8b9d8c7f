"""Scores of single positions, with the featurizer, the models and the rule for scored positions of a scan.

Windows at single positions hardly overlap, so a tile may hold those of several contigs and strands.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from ideep_scan.features.featurizer import Tile, join_tiles
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.models.ordered_map import map_in_order, prefetch
from ideep_scan.models.tile_scores import TileScorer, score_tile
from ideep_scan.records.places import Places, build_window_walks

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer

WINDOWS = 512  # of a tile, or more


class PlaceBatch(Protocol):
    """Places to score together.

    Attributes
    ----------
    places : Places
        n places, in any order; repeats are allowed.
    scored : np.ndarray or None
        Bool array (n,), True for places to score; None for those that a scan would score.
    featurizer : Featurizer
        Computes the features for all models.
    """

    @property
    def places(self) -> Places: ...  # noqa: D102

    @property
    def scored(self) -> np.ndarray | None: ...  # noqa: D102

    @property
    def featurizer(self) -> Featurizer: ...  # noqa: D102


B = TypeVar("B", bound=PlaceBatch)


def mark_scorable_places(places: Places, featurizer: Featurizer) -> np.ndarray:
    """Mark places that a scan would score: their base is known, and so is most of their window.

    Parameters
    ----------
    places : Places
        n places, in any order.
    featurizer : Featurizer
        Source of the sequence, and width of a window.

    Returns
    -------
    np.ndarray
        Bool array (n,).
    """
    spec = featurizer.spec
    out = np.zeros(len(places), np.bool_)
    for rows, walk, columns in build_window_walks(places, spec.window, WINDOWS):
        out[rows] = mark_scorable(featurizer.codes(walk), spec.window, spec.max_unknown)[columns - spec.half]
    return out


def score_places(
    places: Places, scored: np.ndarray | None, featurizer: Featurizer, scorers: Sequence[TileScorer]
) -> np.ndarray:
    """Score places with several models; their features are computed once.

    Parameters
    ----------
    places : Places
        n places, in any order; repeats are allowed.
    scored : np.ndarray or None
        Bool array (n,), True for places to score; None for those that a scan would score.
    featurizer : Featurizer
        Computes the features for all models.
    scorers : sequence of TileScorer
        The models.

    Returns
    -------
    np.ndarray
        Float32 array (n, models), probability 0-1 of a binding site centred there; NaN means "not scored".
    """
    out = np.full((len(places), len(scorers)), np.nan, np.float32)
    for rows, tile in _make_tiles(places, scored, featurizer):
        out[rows] = score_tile(tile, scorers).T
    return out


def score_batches(
    batches: Iterable[B], scorers: Sequence[TileScorer], pool: Executor, queue_limit: int
) -> Generator[tuple[B, np.ndarray], None, None]:
    """Score one batch of places after another.

    A second thread reads the batches and computes their features during scoring.
    The results do not depend on the threads.

    Parameters
    ----------
    batches : iterable of PlaceBatch
        The batches.
    scorers : sequence of TileScorer
        The models.
    pool : Executor
        Threads that score one tile each.
    queue_limit : int
        Limit of tiles in the queue of the pool.

    Yields
    ------
    batch : PlaceBatch
        A batch.
    scores : np.ndarray
        Its scores, as `score_places` returns them.
    """

    def score(piece: tuple[B, np.ndarray, Tile | None]) -> tuple[B, np.ndarray, np.ndarray | None]:
        batch, rows, tile = piece
        return batch, rows, None if tile is None else score_tile(tile, scorers)

    parts: list[tuple[np.ndarray, np.ndarray]] = []
    with closing(prefetch(_make_pieces(batches))) as pieces:
        for batch, rows, scores in map_in_order(score, pieces, pool, queue_limit):
            if scores is not None:
                parts.append((rows, scores))
                continue
            out = np.full((len(batch.places), len(scorers)), np.nan, np.float32)
            for part_rows, part in parts:
                out[part_rows] = part.T
            yield batch, out
            parts = []


def _make_pieces(batches: Iterable[B]) -> Iterator[tuple[B, np.ndarray, Tile | None]]:
    """Yield each batch with the tiles of its rows; no tile marks the end of a batch."""
    for batch in batches:
        for rows, tile in _make_tiles(batch.places, batch.scored, batch.featurizer):
            yield batch, rows, tile
        yield batch, np.zeros(0, np.int64), None


def _make_tiles(places: Places, scored: np.ndarray | None, featurizer: Featurizer) -> Iterator[tuple[np.ndarray, Tile]]:
    """Yield tiles of at least `WINDOWS` windows, fewer at the end, with the indices of their places."""
    parts: list[tuple[np.ndarray, Tile]] = []
    count = 0
    for rows, tile in _tile_walks(places, scored, featurizer):
        parts.append((rows, tile))
        count += len(rows)
        if count >= WINDOWS:
            yield _join(parts)
            parts, count = [], 0
    if parts:
        yield _join(parts)


def _join(parts: Sequence[tuple[np.ndarray, Tile]]) -> tuple[np.ndarray, Tile]:
    """Join tiles, and the indices of their places."""
    rows, tiles = zip(*parts, strict=True)
    return np.concatenate(rows), join_tiles(tiles)


def _tile_walks(places: Places, scored: np.ndarray | None, featurizer: Featurizer) -> Iterator[tuple[np.ndarray, Tile]]:
    """Yield the tile of each walk with scored places, with their indices."""
    spec = featurizer.spec
    indices = np.arange(len(places)) if scored is None else np.flatnonzero(scored)
    for rows, walk, columns in build_window_walks(places[indices], spec.window, WINDOWS):
        codes = featurizer.codes(walk)
        if scored is None:
            mask = mark_scorable(codes, spec.window, spec.max_unknown)[columns - spec.half]
            rows, columns = rows[mask], columns[mask]
        if len(rows):
            yield indices[rows], featurizer.tile(walk, columns, codes)
