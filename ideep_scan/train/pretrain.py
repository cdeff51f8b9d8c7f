"""Pre-training of the deep-belief branches: stacks of restricted Boltzmann machines, trained layer by layer.

The method is that of Hinton 2010 (A practical guide to training restricted Boltzmann machines, UTML TR 2010-003):
contrastive divergence of one step, momentum and weight decay.
It sets the weights from which `train/fit.py` starts, without labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import get_modality
from ideep_scan.features.window_features import Features
from ideep_scan.models.network import EvidenceBranch, IDeepNetwork


@dataclass(frozen=True)
class PretrainSettings:
    """Settings of pre-training.

    Attributes
    ----------
    epochs : int
        Passes over the windows for each layer.
    batch : int
        Windows per step.
    learning_rate : float
        Learning rate for binary visible units.
    real_rate : float
        Learning rate for real-valued visible units, which need a smaller one.
    momentum : float
        Momentum from the second epoch on; the first epoch uses half of it.
    decay : float
        Weight decay.
    seed : int
        Seed of all random numbers.
    """

    epochs: int = 5
    batch: int = 100
    learning_rate: float = 0.05
    real_rate: float = 0.001
    momentum: float = 0.9
    decay: float = 2e-4
    seed: int = 0


class BoltzmannMachine:
    """A restricted Boltzmann machine with binary hidden units.

    Parameters
    ----------
    visible : int
        Number of visible units.
    hidden : int
        Number of hidden units.
    gaussian : bool
        True for real-valued visible units with unit variance (standardise them first).
        False for binary units or probabilities.
    generator : torch.Generator
        Source of random numbers.
    """

    def __init__(self, visible: int, hidden: int, gaussian: bool, generator: torch.Generator):
        self.gaussian = gaussian
        self._generator = generator
        self.weight = 0.01 * torch.randn(hidden, visible, generator=generator)
        self.visible_bias = torch.zeros(visible)
        self.hidden_bias = torch.zeros(hidden)
        self._speed = [torch.zeros_like(parameter) for parameter in self._parameters()]

    def hidden(self, visible: Tensor) -> Tensor:
        """Compute the probability that each hidden unit is on: (n, visible) -> (n, hidden)."""
        return torch.sigmoid(F.linear(visible, self.weight, self.hidden_bias))

    def visible(self, hidden: Tensor) -> Tensor:
        """Compute the mean of each visible unit: (n, hidden) -> (n, visible)."""
        mean = F.linear(hidden, self.weight.T, self.visible_bias)
        return mean if self.gaussian else torch.sigmoid(mean)

    def free_energy(self, visible: Tensor) -> Tensor:
        """Compute the free energy of visible units (Hinton 2010, section 16): (n, visible) -> (n,).

        A lower free energy means likelier units.
        """
        energy = 0.5 * (visible - self.visible_bias).square().sum(1) if self.gaussian else -visible @ self.visible_bias
        return energy - F.softplus(F.linear(visible, self.weight, self.hidden_bias)).sum(1)

    def step(self, data: Tensor, rate: float, momentum: float, decay: float) -> float:
        """Update the weights by contrastive divergence.

        Parameters
        ----------
        data : Tensor
            (n, visible), one batch.
        rate : float
            Learning rate.
        momentum : float
            Momentum.
        decay : float
            Weight decay.

        Returns
        -------
        float
            Mean squared error of the reconstruction.
        """
        hidden = self.hidden(data)
        sampled = torch.bernoulli(hidden, generator=self._generator)
        reconstruction = self.visible(sampled)
        hidden_reconstruction = self.hidden(reconstruction)
        slopes = (
            (hidden.T @ data - hidden_reconstruction.T @ reconstruction) / len(data) - decay * self.weight,
            (data - reconstruction).mean(0),
            (hidden - hidden_reconstruction).mean(0),
        )
        for parameter, speed, slope in zip(self._parameters(), self._speed, slopes, strict=True):
            speed.mul_(momentum).add_(slope, alpha=rate)
            parameter.add_(speed)
        return float((data - reconstruction).square().mean())

    def _parameters(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.weight, self.visible_bias, self.hidden_bias


def pretrain(
    network: IDeepNetwork,
    features: Features,
    rows: np.ndarray,
    settings: PretrainSettings,
    on_epoch: Callable[[str, int, int, float], None] = lambda modality, layer, epoch, error: None,
) -> None:
    """Initialise both layers of every deep-belief branch from a stack of Boltzmann machines, in place.

    Parameters
    ----------
    network : IDeepNetwork
        The network whose branches to initialise.
    features : Features
        Features of at least the modalities of these branches.
    rows : np.ndarray
        Int64 (n,), indices of the windows to learn from, all of them training windows.
    settings : PretrainSettings
        Settings of pre-training.
    on_epoch : Callable[[str, int, int, float], None]
        Called with modality, layer (1 or 2), epoch and mean squared error of the reconstruction.
    """
    generator = torch.Generator().manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    for name, branch in network.each_branch():
        if isinstance(branch, EvidenceBranch):
            inputs = _Visible(network, features, name)
            gaussian = get_modality(name).real_valued
            if gaussian:
                inputs.standardise(rows)
            train = partial(_train, rows, _width(branch), settings, generator=generator, rng=rng)
            first = train(data=inputs, gaussian=gaussian, report=partial(on_epoch, name, 1))
            second = train(data=_Hidden(inputs, first), gaussian=False, report=partial(on_epoch, name, 2))
            _copy_weights(branch, first, second, inputs=inputs)


class _Visible:
    """The features that a branch reads, flattened and joined: (n, channels x width + values)."""

    def __init__(self, network: IDeepNetwork, features: Features, name: str):
        self._network = network
        self._features = features.only(name)
        self._name = name
        self.mean = torch.tensor(0.0)
        self.spread = torch.tensor(1.0)

    def standardise(self, rows: np.ndarray) -> None:
        """Standardise all results to mean 0 and standard deviation 1 over `rows`; a constant column becomes 0."""
        values = self(rows)
        spread = values.std(0)
        self.mean = values.mean(0)
        self.spread = torch.where(spread > 0, spread, 1.0)

    def __call__(self, rows: np.ndarray) -> Tensor:
        windows, centres = self._features.batch(rows)
        window, centre = windows.get(self._name), centres.get(self._name)
        if get_modality(self._name).centre_flags_channels and window is not None and centre is not None:
            window, centre = self._network.remove_own_experiments(window, centre)
        side_by_side = torch.cat([part.flatten(1) for part in (window, centre) if part is not None], 1)
        return (side_by_side - self.mean) / self.spread


class _Hidden:
    """The hidden probabilities of a machine, as visible units of the next machine."""

    def __init__(self, inputs: Callable[[np.ndarray], Tensor], machine: BoltzmannMachine):
        self._inputs = inputs
        self._machine = machine

    def __call__(self, rows: np.ndarray) -> Tensor:
        return self._machine.hidden(self._inputs(rows))


def _train(
    rows: np.ndarray,
    hidden: int,
    settings: PretrainSettings,
    *,
    generator: torch.Generator,
    rng: np.random.Generator,
    data: Callable[[np.ndarray], Tensor],
    gaussian: bool,
    report: Callable[[int, float], None],
) -> BoltzmannMachine:
    """Train a machine on the rows of `data`."""
    machine = BoltzmannMachine(data(rows[:1]).shape[1], hidden, gaussian, generator)
    rate = settings.real_rate if gaussian else settings.learning_rate
    for epoch in range(settings.epochs):
        order = rng.permutation(rows)
        momentum = settings.momentum if epoch else settings.momentum / 2
        errors = [
            machine.step(data(np.sort(order[first : first + settings.batch])), rate, momentum, decay=settings.decay)
            for first in range(0, len(order), settings.batch)
        ]
        report(epoch, float(np.mean(errors)))
    return machine


def _width(branch: EvidenceBranch) -> int:
    layer = branch.finish[1]
    assert isinstance(layer, torch.nn.Linear)
    return layer.in_features


@torch.no_grad()
def _copy_weights(
    branch: EvidenceBranch, first: BoltzmannMachine, second: BoltzmannMachine, *, inputs: _Visible
) -> None:
    """Copy the weights of two machines into a branch, with the standardisation folded into the first layer."""
    weight = first.weight / inputs.spread
    bias = first.hidden_bias - (weight * inputs.mean).sum(1)
    split = 0
    if branch.window is not None:
        split = branch.window.weight[0].numel()
        branch.window.weight.copy_(weight[:, :split].reshape(branch.window.weight.shape))
        branch.window.bias.copy_(bias)
    if branch.centre is not None:
        branch.centre.weight.copy_(weight[:, split:])
        branch.centre.bias.copy_(torch.zeros_like(bias) if split else bias)
    layer = branch.finish[1]
    assert isinstance(layer, torch.nn.Linear)
    layer.weight.copy_(second.weight)
    layer.bias.copy_(second.hidden_bias)
