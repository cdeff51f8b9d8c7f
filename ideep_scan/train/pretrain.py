"""Pre-training of the deep-belief branches: stacks of restricted Boltzmann machines, layer by layer.

After Hinton 2010 (A practical guide to training restricted Boltzmann machines, UTML TR 2010-003): contrastive
divergence of one step, momentum, weight decay. It only sets where `train/fit.py` starts; it knows no labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import modality
from ideep_scan.models.network import EvidenceBranch, IDeepNetwork
from ideep_scan.train.dataset import Features


@dataclass(frozen=True)
class PretrainSettings:
    """How to pre-train.

    Attributes
    ----------
    epochs : int
        Passes over the windows for each layer.
    learning_rate, real_rate : float
        For binary and for real-valued visible units, which need a smaller one.
    momentum : float
        From the first epoch on half of it, in full from the second.
    decay : float
        Of the weights, towards 0.
    """

    epochs: int = 5
    batch: int = 100
    learning_rate: float = 0.05
    real_rate: float = 0.001
    momentum: float = 0.9
    decay: float = 2e-4
    seed: int = 0


class BoltzmannMachine:
    """A restricted Boltzmann machine: visible and hidden units, the hidden ones binary.

    Parameters
    ----------
    visible, hidden : int
        Numbers of units.
    gaussian : bool
        Visible units are real-valued with unit variance (standardise them first); else binary, or probabilities.
    """

    def __init__(self, visible: int, hidden: int, gaussian: bool, generator: torch.Generator):
        self.gaussian, self._generator = gaussian, generator
        self.weight = 0.01 * torch.randn(hidden, visible, generator=generator)
        self.visible_bias = torch.zeros(visible)
        self.hidden_bias = torch.zeros(hidden)
        self._speed = [torch.zeros_like(each) for each in self._parameters()]

    def hidden(self, visible: Tensor) -> Tensor:
        """Probability that each hidden unit is on, given the visible ones: (n, visible) -> (n, hidden)."""
        return torch.sigmoid(F.linear(visible, self.weight, self.hidden_bias))

    def visible(self, hidden: Tensor) -> Tensor:
        """Mean of the visible units given the hidden ones: (n, hidden) -> (n, visible)."""
        mean = F.linear(hidden, self.weight.T, self.visible_bias)
        return mean if self.gaussian else torch.sigmoid(mean)

    def free_energy(self, visible: Tensor) -> Tensor:
        """Free energy (n,): the lower, the likelier are such visible units (Hinton 2010, section 16)."""
        own = 0.5 * (visible - self.visible_bias).square().sum(1) if self.gaussian else -visible @ self.visible_bias
        return own - F.softplus(F.linear(visible, self.weight, self.hidden_bias)).sum(1)

    def step(self, data: Tensor, rate: float, momentum: float, decay: float) -> float:
        """One update by contrastive divergence from a batch (n, visible); mean squared error of its reconstruction."""
        hidden = self.hidden(data)
        sampled = torch.bernoulli(hidden, generator=self._generator)
        again = self.visible(sampled)
        hidden_again = self.hidden(again)
        slopes = (
            (hidden.T @ data - hidden_again.T @ again) / len(data) - decay * self.weight,
            (data - again).mean(0),
            (hidden - hidden_again).mean(0),
        )
        for each, speed, slope in zip(self._parameters(), self._speed, slopes, strict=True):
            speed.mul_(momentum).add_(slope, alpha=rate)
            each.add_(speed)
        return float((data - again).square().mean())

    def _parameters(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.weight, self.visible_bias, self.hidden_bias


def pretrain(
    network: IDeepNetwork,
    features: Features,
    rows: np.ndarray,
    settings: PretrainSettings,
    on_epoch: Callable[[str, int, int, float], None] = lambda modality, layer, epoch, error: None,
) -> None:
    """Start both layers of every deep-belief branch of a network from a stack of Boltzmann machines, in place.

    Parameters
    ----------
    features : Features
        Of at least the modalities of the network's branches.
    rows : np.ndarray
        Int64 (n,), the rows to learn from: training rows only.
    on_epoch : Callable[[str, int, int, float], None]
        Hears modality, layer (1 or 2), epoch and the mean squared error of reconstruction.
    """
    generator = torch.Generator().manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    for name, branch in network.each_branch():
        if isinstance(branch, EvidenceBranch):
            below = _Visible(network, features, name)
            if modality(name).real_valued:
                below.standardise(rows)
            learn = partial(_learned, rows, _width(branch), settings, generator, rng)
            first = learn(below, modality(name).real_valued, partial(on_epoch, name, 1))
            second = learn(_Hidden(below, first), False, partial(on_epoch, name, 2))
            _start(branch, first, second, below)


class _Visible:
    """What a branch reads of some rows, side by side: (n, channels x width + values)."""

    def __init__(self, network: IDeepNetwork, features: Features, name: str):
        self._network, self._features, self._name = network, features.only(name), name
        self.mean, self.spread = torch.tensor(0.0), torch.tensor(1.0)

    def standardise(self, rows: np.ndarray) -> None:
        """From now on with mean 0 and standard deviation 1 over `rows`; a column that never changes stays at 0."""
        values = self(rows)
        spread = values.std(0)
        self.mean, self.spread = values.mean(0), torch.where(spread > 0, spread, 1.0)

    def __call__(self, rows: np.ndarray) -> Tensor:
        windows, centres = self._features.batch(rows)
        window, centre = windows.get(self._name), centres.get(self._name)
        if modality(self._name).centre_flags_channels and window is not None and centre is not None:
            window, centre = self._network.without_own(window, centre)
        side_by_side = torch.cat([part.flatten(1) for part in (window, centre) if part is not None], 1)
        return (side_by_side - self.mean) / self.spread


class _Hidden:
    """The hidden probabilities of a machine, as visible units of the next."""

    def __init__(self, below: Callable[[np.ndarray], Tensor], machine: BoltzmannMachine):
        self._below, self._machine = below, machine

    def __call__(self, rows: np.ndarray) -> Tensor:
        return self._machine.hidden(self._below(rows))


def _learned(
    rows: np.ndarray,
    hidden: int,
    settings: PretrainSettings,
    generator: torch.Generator,
    rng: np.random.Generator,
    data: Callable[[np.ndarray], Tensor],
    gaussian: bool,
    report: Callable[[int, float], None],
) -> BoltzmannMachine:
    """A machine that learned the rows of `data`."""
    machine = BoltzmannMachine(data(rows[:1]).shape[1], hidden, gaussian, generator)
    rate = settings.real_rate if gaussian else settings.learning_rate
    for epoch in range(settings.epochs):
        order = rng.permutation(rows)
        momentum = settings.momentum if epoch else settings.momentum / 2
        errors = [
            machine.step(data(np.sort(order[first : first + settings.batch])), rate, momentum, settings.decay)
            for first in range(0, len(order), settings.batch)
        ]
        report(epoch, float(np.mean(errors)))
    return machine


def _width(branch: EvidenceBranch) -> int:
    layer = branch.finish[1]
    assert isinstance(layer, torch.nn.Linear)
    return layer.in_features


@torch.no_grad()
def _start(branch: EvidenceBranch, first: BoltzmannMachine, second: BoltzmannMachine, below: _Visible) -> None:
    """Put what the machines learned into a branch, standardisation folded into the first layer."""
    weight = first.weight / below.spread
    bias = first.hidden_bias - (weight * below.mean).sum(1)
    at = 0
    if branch.window is not None:
        at = branch.window.weight[0].numel()
        branch.window.weight.copy_(weight[:, :at].reshape(branch.window.weight.shape))
        branch.window.bias.copy_(bias)
    if branch.centre is not None:
        branch.centre.weight.copy_(weight[:, at:])
        branch.centre.bias.copy_(torch.zeros_like(bias) if at else bias)
    layer = branch.finish[1]
    assert isinstance(layer, torch.nn.Linear)
    layer.weight.copy_(second.weight)
    layer.bias.copy_(second.hidden_bias)
