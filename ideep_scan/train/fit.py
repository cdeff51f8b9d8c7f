"""Training of a network by backpropagation, as in the paper or on a one-cycle schedule.

Modalities are dropped at random, so that one network works with any combination of them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import default_keep
from ideep_scan.features.window_features import Features
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.ordered_map import map_in_order
from ideep_scan.train.dropout import WindowFeatures, drop_experiments, drop_modalities
from ideep_scan.train.metrics import auc
from ideep_scan.train.one_cycle import create_one_cycle

Kinds = Mapping[str, Sequence[str]]
_QUEUED_BATCHES = 8  # batches in the queue of a pool


@dataclass(frozen=True)
class FitSettings:
    """Settings of training; batch, epochs and optimiser default to those of the paper.

    Attributes
    ----------
    epochs : int
        Passes over the training windows.
    batch : int
        Windows per step.
    learning_rate : float
        The constant or the highest learning rate.
    schedule : Literal['constant', 'one-cycle']
        'constant' is RMSprop at one learning rate.
        'one-cycle' is AdamW, whose rate rises to `learning_rate` and falls to 0 over all epochs (Smith & Topin 2018).
    weight_decay : float
        Weight decay of AdamW.
    patience : int
        Epochs without a better validation AUC before training stops.
    seed : int
        Seed of all random numbers.
    keep : Mapping[str, float]
        By modality, the chance that a window keeps it; 1 for a modality that is not a key.
    keep_experiment : float
        Chance that a window keeps a co-binding channel.
    learns_statistics : bool
        False keeps the means and variances of the batch normalisation, and trains with them.
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
    learns_statistics: bool = True


def fit(
    network: IDeepNetwork,
    features: Features,
    labels: np.ndarray,
    *,
    train: np.ndarray,
    validation: np.ndarray,
    kinds: Kinds,
    settings: FitSettings,
    on_epoch: Callable[[int, float, dict[str, float]], None] = lambda epoch, loss, aucs: None,
) -> dict[str, float]:
    """Train a network in place, on the device where it is.

    At a constant rate, the network ends with the weights of the epoch with the best mean validation AUC over `kinds`.
    On the one-cycle schedule it ends with the weights of the last epoch.
    The same seed gives the same weights on one machine.

    Parameters
    ----------
    network : IDeepNetwork
        The network to train.
    features : Features
        Features of all windows.
    labels : np.ndarray
        0/1 array (n,), by window of `features`.
    train : np.ndarray
        Int64 indices of the training windows.
    validation : np.ndarray
        Int64 indices of the validation windows.
    kinds : Kinds
        By name, the modalities that a user may have; each combination is validated separately.
    settings : FitSettings
        Settings of training.
    on_epoch : Callable[[int, float, dict[str, float]], None]
        Called with the epoch, its mean loss, and the validation AUCs.

    Returns
    -------
    dict[str, float]
        Validation AUC by kind, for the final weights.
    """
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    optimiser, schedule = _optimiser(network, settings, -(-len(train) // settings.batch))
    one_cycle = settings.schedule == "one-cycle"
    device = network.output.weight.device
    target = torch.from_numpy(labels.astype(np.float32)).to(device)
    best: dict[str, float] = {}
    weights = copy.deepcopy(network.state_dict())
    epochs_without_gain = 0
    for epoch in range(settings.epochs):
        network.train()
        if not settings.learns_statistics:
            _freeze_statistics(network)
        order = rng.permutation(train)
        losses = []
        for first in range(0, len(order), settings.batch):
            rows = np.sort(order[first : first + settings.batch])
            if len(rows) < 2:
                continue  # a batch of one window has no batch statistics
            windows, centres = features.batch(rows, device)
            drop_experiments(windows, centres, settings.keep_experiment, rng)
            present = drop_modalities(features, windows, centres, rows=rows, keep=settings.keep, rng=rng)
            loss = F.binary_cross_entropy_with_logits(network(windows, centres, present)[:, 0], target[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        aucs = {name: auc(labels[validation], predict(network, features, validation, kinds[name])) for name in kinds}
        on_epoch(epoch, float(np.mean(losses)), aucs)
        if one_cycle or not best or np.mean(list(aucs.values())) > np.mean(list(best.values())):
            best, weights, epochs_without_gain = aucs, copy.deepcopy(network.state_dict()), 0
        else:
            epochs_without_gain += 1
        if epochs_without_gain >= settings.patience:
            break
    network.load_state_dict(weights)
    network.eval()
    return best


def _freeze_statistics(network: IDeepNetwork) -> None:
    """Make batch normalisation use its means and variances, without learning them."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.eval()


def predict(
    network: IDeepNetwork, features: Features, rows: np.ndarray, modalities: Sequence[str], batch: int = 1000
) -> np.ndarray:
    """Compute logits of the first output, float32 array (n,); see `predict_outputs`."""
    return predict_outputs(network, features, rows, modalities, batch)[:, 0]


def predict_outputs(
    network: IDeepNetwork,
    features: WindowFeatures,
    rows: np.ndarray,
    modalities: Sequence[str],
    batch: int = 1000,
    *,
    pool: Executor | None = None,
) -> np.ndarray:
    """Compute logits of windows from some modalities; leave the network in evaluation mode.

    Parameters
    ----------
    network : IDeepNetwork
        The network.
    features : WindowFeatures
        Features of all windows.
    rows : np.ndarray
        Int64 (n,), indices of windows.
    modalities : sequence of str
        Modalities to read; the others are absent.
    batch : int
        Windows per network call.
    pool : Executor or None
        Threads that each compute a batch; None computes in the caller's thread.

    Returns
    -------
    np.ndarray
        Float32 array (n, outputs).
    """
    network.eval()
    batches = (rows[first : first + batch] for first in range(0, len(rows), batch))
    logits = map_in_order(partial(_predict_batch, network, features, modalities), batches, pool, _QUEUED_BATCHES)
    return np.concatenate([np.empty((0, network.config.outputs), np.float32), *logits])


@torch.inference_mode()
def _predict_batch(
    network: IDeepNetwork, features: WindowFeatures, modalities: Sequence[str], rows: np.ndarray
) -> np.ndarray:
    """Compute the logits of some windows: float32 array (n, outputs)."""
    device = network.output.weight.device
    windows, centres = features.batch(rows, device)
    present = {name: torch.from_numpy(features.has(name, rows)).to(device) for name in modalities}
    return network(windows, centres, present).cpu().numpy()


def _optimiser(
    network: IDeepNetwork, settings: FitSettings, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Create the optimiser and its schedule, for `steps` batches per epoch."""
    rate = settings.learning_rate
    if settings.schedule == "constant":
        constant = torch.optim.RMSprop(network.parameters(), lr=rate, alpha=0.9, eps=1e-7)
        return constant, torch.optim.lr_scheduler.ConstantLR(constant, 1.0)
    return create_one_cycle(network, rate, settings.weight_decay, steps=settings.epochs * steps, rise=0.15)
