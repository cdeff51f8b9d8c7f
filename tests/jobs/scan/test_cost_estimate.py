"""What a scan is said to take, on a clock that a toy model turns."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from toys import SPEC, LoneRow, ToyGenome

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.features.sources import Sources
from ideep_scan.jobs.scan import cost_estimate as estimating
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import cut_chunks, plan_tiles

WALK, SECONDS = 1000, 1e-4  # of a walk, and for each of its positions


class Clock(LoneRow):
    """Time that passes only where a model scores, far more so the first time."""

    def __init__(self, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.now, self.bundle = 0.0, SimpleNamespace(name="toy", network=object())
        self.cold = True
        self.longest = 0

    def perf_counter(self) -> float:
        return self.now

    def score(self, tile: Tile) -> np.ndarray:
        self.now += SECONDS * tile.window["sequence"].shape[1] + 10 * self.cold
        self.cold = False
        self.longest = max(self.longest, tile.window["sequence"].shape[1])
        return np.zeros(len(tile.scored), np.float32)


PLAN = {"walk_length": WALK, "stride": 1, "bigwigs": 2, "threads": 2}
SCRAPS = "".join("ACGU"[i % 4] * 2 + "N" * 200 * (i % 60 == 0) for i in range(20_000))


@pytest.mark.parametrize("letters", ["ACGGU" * 8_000, SCRAPS], ids=["sequence", "scraps"])
def test_positions_and_seconds(monkeypatch, letters):
    genome, clock = ToyGenome({"c": letters}), Clock()
    monkeypatch.setattr(estimating, "time", clock)
    featurizer = Featurizer(SPEC, Sources(genome), ("sequence",))
    spans = [Span("c", 0, len(letters), "+"), Span("c", 0, len(letters), "-")]
    results = estimating.estimate_scan(spans, genome, featurizer, [clock], **PLAN)
    planned = list(cut_chunks(spans))
    walks = [
        (walk, scored)
        for piece in planned
        for walk, scored in plan_tiles(
            genome.codes("c", piece.start - 50, piece.end + 50), piece, SPEC.window, SPEC.max_unknown, walk_length=WALK
        )
    ]
    assert results.planned == 2 * len(letters)
    assert results.positions == sum(len(scored) for _, scored in walks) > 10_000
    closing = estimating.MODEL_CLOSING + 2 * results.positions * estimating.VALUE_CLOSING
    assert results.seconds == pytest.approx(SECONDS * sum(len(walk) for walk, _ in walks) / 2 + closing, rel=1e-6)
    assert results.after(7).seconds == results.seconds + 7


def test_a_gpu_is_tried_with_complete_tiles_and_one_thread(monkeypatch):
    letters, walk = "ACGGU" * 8_000, 3 * estimating.TRIAL_WALK
    genome = ToyGenome({"c": letters})
    featurizer = Featurizer(SPEC, Sources(genome), ("sequence",))
    seconds = {}
    for device in ("cpu", "cuda"):
        clock = Clock(device)
        monkeypatch.setattr(estimating, "time", clock)
        plan = {**PLAN, "walk_length": walk, "bigwigs": 0}
        result = estimating.estimate_scan([Span("c", 0, len(letters), "+")], genome, featurizer, [clock], **plan)
        seconds[device] = result.seconds - estimating.MODEL_CLOSING
        longest = min(walk, estimating.TRIAL_WALK) if device == "cpu" else walk
        assert clock.longest == longest
    assert seconds["cuda"] == pytest.approx(2 * seconds["cpu"], rel=0.05)  # fewer halos


def test_nothing_to_score():
    genome, clock = ToyGenome({"c": "N" * 5_000}), Clock()
    featurizer = Featurizer(SPEC, Sources(genome), ("sequence",))
    results = estimating.estimate_scan([Span("c", 0, 5_000, "+")], genome, featurizer, [clock], **PLAN)
    assert (results.positions, results.seconds, results.disk) == (0, estimating.MODEL_CLOSING, 0.0)
