"""The simulation of a cluster: bounds of the makespan, losses, stragglers."""

from __future__ import annotations

import pytest
from simulate_cluster import Costs, Simulation

SIZES = [1000] * 40
EXACT = Costs(rate=100.0, spread=0.0, opening=0.0, client=0.0, assembly=0.0, scheduler=0.0)


@pytest.mark.parametrize(("workers", "seconds"), [(1, 400.0), (4, 100.0), (40, 10.0)])
def test_equal_workers_share_the_work(workers: int, seconds: float) -> None:
    outcome = Simulation(SIZES, workers, EXACT).run()
    assert outcome.scored == pytest.approx(seconds)
    assert outcome.makespan == pytest.approx(seconds)
    assert outcome.work == pytest.approx(400)
    assert outcome.wasted == 0


def test_the_client_assembles_one_shard_after_another() -> None:
    outcome = Simulation(SIZES, 40, Costs(**{**vars(EXACT), "assembly": 2.0})).run()
    assert outcome.makespan == pytest.approx(10 + 40 * 2)


def test_lost_shards_are_scored_again() -> None:
    outcome = Simulation(SIZES, 4, Costs(**{**vars(EXACT), "losses": 100.0, "replacement": 1.0})).run()
    assert len(outcome.curve) == len(SIZES)
    assert outcome.wasted > 0
    assert outcome.scored > 100


def test_slow_workers_are_overtaken() -> None:
    slow = Costs(**{**vars(EXACT), "slow_share": 0.1})
    with_copies = Simulation(SIZES, 20, slow).run()
    without = Simulation(SIZES, 20, Costs(**{**vars(slow), "overtakes": False})).run()
    assert with_copies.scored < without.scored
    assert with_copies.wasted > without.wasted == 0
