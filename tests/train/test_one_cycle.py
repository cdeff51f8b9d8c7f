"""The one-cycle schedule."""

from __future__ import annotations

import torch
from torch import nn

from ideep_scan.train.one_cycle import create_one_cycle


def test_the_rate_rises_and_falls_and_frozen_weights_are_left_out():
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    network[0].requires_grad_(False)
    optimiser, schedule = create_one_cycle(network, 0.1, 0.01, steps=20, rise=0.25)
    assert len(optimiser.param_groups[0]["params"]) == 2
    rates = []
    for _ in range(20):
        network(torch.ones(1, 2)).sum().backward()
        optimiser.step()
        schedule.step()
        rates.append(schedule.get_last_lr()[0])
    assert max(rates) == rates[4]
    assert rates[-1] < 1e-4 < rates[0] < 0.1
