"""Training of one network by backpropagation, as in the paper or on a one-cycle schedule; modalities dropped at random.

It draws no examples and makes no features.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import default_keep, modality
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.dataset import Features
from ideep_scan.train.metrics import auc

Kinds = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class FitSettings:
    """How to train; the defaults for batch, epochs and optimiser are the paper's.

    Attributes
    ----------
    schedule : Literal[constant, one-cycle]
        'constant':
        RMSprop at one learning rate. 'one-cycle':
        AdamW, the rate rising to `learning_rate` and falling to 0 over all epochs (Smith & Topin 2018); there the last
        epoch's weights are kept.
    weight_decay : float
        Of AdamW.
    patience : int
        Epochs without a better validation AUC before training stops; the best epoch's weights are kept.
    keep : Mapping[str, float]
        Modality -> chance that an example keeps it, where it has it; one that is not named always stays.
    keep_experiment : float
        Chance that a co-binding channel keeps its file, drawn once per example.
    """

    epochs: int = 20
    batch: int = 100
    learning_rate: float = 1e-3
    schedule: Literal["constant", "one-cycle"] = "constant"
    weight_decay: float = 0.01
    patience: int = 5
    seed: int = 0
    keep: Mapping[str, float] = field(default_factory=default_keep)
    keep_experiment: float = 0.7


def fit(
    network: IDeepNetwork,
    features: Features,
    labels: np.ndarray,
    train: np.ndarray,
    validation: np.ndarray,
    kinds: Kinds,
    settings: FitSettings,
    on_epoch: Callable[[int, float, dict[str, float]], None] = lambda epoch, loss, aucs: None,
) -> dict[str, float]:
    """Train in place; at a constant rate the weights of the epoch with the best mean validation AUC over `kinds` stay.

    It runs where the network is: move that to a GPU first to train there.

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,), by row of `features`.
    train, validation : np.ndarray
        Int64 arrays of rows.
    kinds : Kinds
        Name -> modalities that a user may have; each is validated by itself.

    Returns
    -------
    dict[str, float]
        Validation AUC by kind, of the weights kept.
        The same seed gives the same weights on one machine.
    """
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    optimiser, schedule = _optimiser(network, settings, -(-len(train) // settings.batch))
    falling = settings.schedule == "one-cycle"
    device = network.output.weight.device
    target = torch.from_numpy(labels.astype(np.float32)).to(device)
    best: dict[str, float] = {}
    weights = copy.deepcopy(network.state_dict())
    since = 0
    for epoch in range(settings.epochs):
        network.train()
        order = rng.permutation(train)
        losses = []
        for first in range(0, len(order), settings.batch):
            rows = np.sort(order[first : first + settings.batch])
            if len(rows) < 2:
                continue  # a batch of one has no batch statistics
            windows, centres = features.batch(rows, device)
            present = _drop(features, windows, centres, rows, settings, rng)
            loss = F.binary_cross_entropy_with_logits(network(windows, centres, present), target[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        aucs = {name: auc(labels[validation], predict(network, features, validation, kinds[name])) for name in kinds}
        on_epoch(epoch, float(np.mean(losses)), aucs)
        if falling or not best or np.mean(list(aucs.values())) > np.mean(list(best.values())):
            best, weights, since = aucs, copy.deepcopy(network.state_dict()), 0
        else:
            since += 1
        if since >= settings.patience:
            break
    network.load_state_dict(weights)
    network.eval()
    return best


@torch.inference_mode()
def predict(
    network: IDeepNetwork, features: Features, rows: np.ndarray, modalities: Sequence[str], batch: int = 1000
) -> np.ndarray:
    """Logits of some rows given only some modalities: float32 array (n,). Leaves the network in evaluation mode."""
    network.eval()
    device = network.output.weight.device
    out = []
    for first in range(0, len(rows), batch):
        some = rows[first : first + batch]
        windows, centres = features.batch(some, device)
        present = {name: torch.from_numpy(features.has(name, some)).to(device) for name in modalities}
        out.append(network(windows, centres, present).cpu().numpy())
    return np.concatenate(out) if out else np.zeros(0, np.float32)


def _optimiser(
    network: IDeepNetwork, settings: FitSettings, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """What follows the gradient, and at which rate, over `steps` batches an epoch."""
    rate = settings.learning_rate
    if settings.schedule == "constant":
        constant = torch.optim.RMSprop(network.parameters(), lr=rate, alpha=0.9, eps=1e-7)
        return constant, torch.optim.lr_scheduler.ConstantLR(constant, 1.0)
    adam = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=settings.weight_decay)
    total = settings.epochs * steps + 1
    return adam, torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=total, pct_start=0.15)


def _drop(
    features: Features,
    windows: dict[str, Tensor],
    centres: dict[str, Tensor],
    rows: np.ndarray,
    settings: FitSettings,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """Which rows keep which modality; removes single experiments in place."""
    for name in windows:
        if name in centres and modality(name).centre_flags_channels:
            absent = torch.from_numpy(rng.random(tuple(centres[name].shape)) > settings.keep_experiment)
            absent = absent.to(windows[name].device)
            windows[name] *= ~absent[:, :, None]
            centres[name] = torch.maximum(centres[name], absent.float())
    present = {}
    for name, tensor in {**windows, **centres}.items():
        kept = rng.random(len(rows)) < settings.keep.get(name, 1.0)
        present[name] = torch.from_numpy(kept & features.has(name, rows)).to(tensor.device)
    return present
