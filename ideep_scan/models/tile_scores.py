"""Scores of a tile by several models; the models of one network share one pass of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Tile


class TileNetwork(Protocol):
    """A network with one or more rows of output, such as `models.device_network.DeviceNetwork`."""

    def score_rows(self, tile: Tile, rows: Sequence[int]) -> np.ndarray:
        """Score each of the n positions of `tile.scored`, in order, with some rows.

        Parameters
        ----------
        tile : Tile
            Features of a walk.
        rows : sequence of int
            Rows of the output layer.

        Returns
        -------
        np.ndarray
            Float32 array (rows, n), 0 to 1.
        """
        ...

    def score_rows_and_drivers(
        self, tile: Tile, rows: Sequence[int], thresholds: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Score positions with some rows, and find the driver of each score at or above the row's threshold.

        Parameters
        ----------
        tile : Tile
            Features of a walk.
        rows : sequence of int
            Rows of the output layer.
        thresholds : sequence of float
            The lowest score with a driver, for each row.

        Returns
        -------
        tuple[np.ndarray, np.ndarray]
            Scores, float32 array (rows, n), and drivers, int8 array (rows, n), -1 for none.
        """
        ...


class TileScorer(Protocol):
    """A model, such as `models.scorer.Scorer`: a row of a network."""

    @property
    def network(self) -> TileNetwork:
        """Return the network; models that share one get their scores from one pass."""
        ...

    @property
    def row(self) -> int:
        """Return the row of the output layer."""
        ...


def score_tile(tile: Tile, scorers: Sequence[TileScorer]) -> np.ndarray:
    """Score a tile with several models; each network runs once.

    Parameters
    ----------
    tile : Tile
        Features of a walk, and its n scored positions.
    scorers : sequence of TileScorer
        The models.

    Returns
    -------
    np.ndarray
        Float32 array (models, n), 0 to 1.
    """
    scores = np.empty((len(scorers), len(tile.scored)), np.float32)
    for network, indices in _group_by_network(scorers):
        scores[indices] = network.score_rows(tile, [scorers[index].row for index in indices])
    return scores


def score_tile_and_drivers(
    tile: Tile, scorers: Sequence[TileScorer], thresholds: Sequence[float | None]
) -> tuple[np.ndarray, np.ndarray]:
    """Score a tile with several models, and find the drivers of high scores; each network runs once.

    Parameters
    ----------
    tile : Tile
        Features of a walk, and its n scored positions.
    scorers : sequence of TileScorer
        The models.
    thresholds : sequence of float or None
        The lowest score with a driver, for each model; None for no drivers.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Scores, float32 array (models, n), and drivers, int8 array (models, n), -1 for none.
    """
    scores = np.empty((len(scorers), len(tile.scored)), np.float32)
    drivers = np.full(scores.shape, -1, np.int8)
    for network, indices in _group_by_network(scorers):
        rows = [scorers[index].row for index in indices]
        lowest = [np.inf if (threshold := thresholds[index]) is None else threshold for index in indices]
        scores[indices], drivers[indices] = network.score_rows_and_drivers(tile, rows, lowest)
    return scores, drivers


def _group_by_network(scorers: Sequence[TileScorer]) -> list[tuple[TileNetwork, list[int]]]:
    """Group the indices of scorers by the network that they share."""
    groups: dict[int, tuple[TileNetwork, list[int]]] = {}
    for index, scorer in enumerate(scorers):
        groups.setdefault(id(scorer.network), (scorer.network, []))[1].append(index)
    return list(groups.values())
