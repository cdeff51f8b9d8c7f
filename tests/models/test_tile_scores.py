"""Several models on a tile: each network runs once, and each model keeps its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from ideep_scan.models.tile_scores import score_tile, score_tile_and_drivers

TILE = SimpleNamespace(scored=np.arange(5))


@dataclass(eq=False)
class ToyNetwork:
    """A network whose scores tell the network, the row and the threshold that were asked for."""

    base: float
    asked: list[list[int]] = field(default_factory=list)

    def score_rows(self, tile, rows):
        self.asked.append(list(rows))
        return np.array([np.full(5, self.base + row, np.float32) for row in rows])

    def score_rows_and_drivers(self, tile, rows, thresholds):
        drivers = [np.full(5, -1 if np.isinf(threshold) else threshold, np.int8) for threshold in thresholds]
        return self.score_rows(tile, rows), np.array(drivers)


@dataclass(frozen=True)
class ToyScorer:
    network: ToyNetwork
    row: int


def test_networks_run_once_and_models_keep_their_order():
    one, two = ToyNetwork(10), ToyNetwork(20)
    scorers = [ToyScorer(one, 3), ToyScorer(two, 0), ToyScorer(one, 1), ToyScorer(one, 3)]
    scores = score_tile(TILE, scorers)
    np.testing.assert_array_equal(scores, np.repeat([[13], [20], [11], [13]], 5, axis=1))
    assert scores.dtype == np.float32
    assert (one.asked, two.asked) == ([[3, 1, 3]], [[0]])


def test_drivers_come_with_the_threshold_of_their_model():
    one, two = ToyNetwork(10), ToyNetwork(20)
    scorers = [ToyScorer(one, 3), ToyScorer(two, 0), ToyScorer(one, 1)]
    scores, drivers = score_tile_and_drivers(TILE, scorers, [5, 6, None])
    np.testing.assert_array_equal(scores[:, 0], [13, 20, 11])
    np.testing.assert_array_equal(drivers, np.repeat([[5], [6], [-1]], 5, axis=1))
    assert drivers.dtype == np.int8


def test_no_model_gives_no_row():
    assert score_tile(TILE, []).shape == (0, 5)
