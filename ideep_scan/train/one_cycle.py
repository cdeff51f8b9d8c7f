"""AdamW on a one-cycle schedule (Smith & Topin 2018)."""

from __future__ import annotations

import torch
from torch import nn


def create_one_cycle(
    network: nn.Module, learning_rate: float, weight_decay: float, *, steps: int, rise: float
) -> tuple[torch.optim.AdamW, torch.optim.lr_scheduler.OneCycleLR]:
    """Create an optimiser and its schedule for the weights of a network that are not frozen.

    Parameters
    ----------
    network : nn.Module
        The network.
    learning_rate : float
        The highest learning rate.
    weight_decay : float
        Weight decay.
    steps : int
        Steps of the whole training.
    rise : float
        Share of the steps until the highest rate.

    Returns
    -------
    tuple[torch.optim.AdamW, torch.optim.lr_scheduler.OneCycleLR]
        Both are stepped once per batch.
    """
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps + 1, pct_start=rise)
    return optimiser, schedule
