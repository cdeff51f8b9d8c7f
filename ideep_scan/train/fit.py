"""Training of one network by backpropagation: RMSprop, early stopping, whole modalities dropped at random."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.dataset import Features
from ideep_scan.train.metrics import auc

Kinds = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class FitSettings:
    """How to train; batch, epochs and optimiser are the paper's.

    Attributes
    ----------
    patience : epochs without a better validation AUC before training stops; the best epoch's weights are kept.
    keep : modality -> chance that an example keeps it, where it has it; the sequence always stays.
    keep_experiment : chance that a co-binding channel keeps its file, drawn once per example.
    """

    epochs: int = 20
    batch: int = 100
    learning_rate: float = 1e-3
    patience: int = 5
    seed: int = 0
    keep: Mapping[str, float] = field(
        default_factory=lambda: {"region": 0.6, "motifs": 0.4, "structure": 0.4, "cobinding": 0.3}
    )
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
    """Train in place; the weights of the epoch with the best mean validation AUC over `kinds` stay.

    Parameters
    ----------
    labels : 0/1 array (n,), by row of `features`.
    train, validation : int64 arrays of rows.
    kinds : name -> modalities that a user may have; each is validated by itself.

    Returns
    -------
    Validation AUC by kind, of the weights kept. The same seed gives the same weights on one machine.
    """
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    optimiser = torch.optim.RMSprop(network.parameters(), lr=settings.learning_rate, alpha=0.9, eps=1e-7)
    target = torch.from_numpy(labels.astype(np.float32))
    best: dict[str, float] = {}
    weights = copy.deepcopy(network.state_dict())
    since = 0
    for epoch in range(settings.epochs):
        network.train()
        order = rng.permutation(train)
        losses = []
        for first in range(0, len(order), settings.batch):
            rows = np.sort(order[first : first + settings.batch])
            windows, centres = features.batch(rows)
            present = _drop(windows, centres, len(rows), settings, rng)
            loss = F.binary_cross_entropy_with_logits(network(windows, centres, present), target[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        aucs = {name: auc(labels[validation], predict(network, features, validation, kinds[name])) for name in kinds}
        on_epoch(epoch, float(np.mean(losses)), aucs)
        if not best or np.mean(list(aucs.values())) > np.mean(list(best.values())):
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
    out = []
    for first in range(0, len(rows), batch):
        some = rows[first : first + batch]
        windows, centres = features.batch(some)
        present = {name: torch.ones(len(some), dtype=torch.bool) for name in modalities}
        out.append(network(windows, centres, present).numpy())
    return np.concatenate(out) if out else np.zeros(0, np.float32)


def _drop(
    windows: dict[str, Tensor], centres: dict[str, Tensor], rows: int, settings: FitSettings, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Which rows keep which modality; takes single experiments out of co-binding in place."""
    if "cobinding" in windows:
        absent = torch.from_numpy(rng.random(tuple(centres["cobinding"].shape)) > settings.keep_experiment)
        windows["cobinding"] *= ~absent[:, :, None]
        centres["cobinding"] = torch.maximum(centres["cobinding"], absent.float())
    present = {}
    for name in {**windows, **centres}:
        keep = 1.0 if name == "sequence" else settings.keep[name]
        present[name] = torch.from_numpy(rng.random(rows) < keep)
    return present
