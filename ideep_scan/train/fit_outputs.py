"""Training of a network with many outputs, which can stop at any step and continue exactly.

All random numbers of a step follow from the seed and the number of the step.
So the state of a training is its tensors and that number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.dropout import WindowFeatures, drop_modalities
from ideep_scan.train.one_cycle import create_one_cycle
from ideep_scan.train.targets import Targets, compute_loss

_ORDER, _STEP = range(2)  # streams of random numbers


@dataclass(frozen=True)
class OutputFitSettings:
    """Settings of training.

    Attributes
    ----------
    steps : int
        Batches of the whole training.
    batch : int
        Windows per batch.
    learning_rate : float
        The highest learning rate of AdamW on a one-cycle schedule.
    weight_decay : float
        Weight decay.
    rise : float
        Share of the steps until the highest learning rate.
    longest_gradient : float
        Longer gradients are scaled to this length.
    seed : int
        Seed of all random numbers.
    keep : Mapping[str, float]
        By modality, the chance that a window keeps it; 1 for a modality that is not a key.
    bf16 : bool
        Multiply in bfloat16; weights stay float32.
    average_every : int
        Steps between two weights that are averaged.
    average_decay : float
        Share of the average that stays when weights join it; lower at first.
    """

    steps: int
    batch: int = 512
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    rise: float = 0.08
    longest_gradient: float = 5.0
    seed: int = 0
    keep: Mapping[str, float] = field(default_factory=dict)
    bf16: bool = False
    average_every: int = 4
    average_decay: float = 0.996


class OutputFit:
    """A training under way.

    Weights whose `requires_grad` is False stay as they are.
    A layer of which all weights stay also keeps its batch statistics and drops nothing.
    So the output layer can be trained alone, on a trunk that is finished.

    Parameters
    ----------
    network : IDeepNetwork
        The network, with two outputs per experiment; trained in place, on the device where it is.
    features : WindowFeatures
        Features of all windows.
    targets : Targets
        What the windows teach.
    train : np.ndarray
        Int64 indices of the training windows.
    settings : OutputFitSettings
        Settings of training.

    Attributes
    ----------
    step : int
        Steps done.
    """

    def __init__(
        self,
        network: IDeepNetwork,
        features: WindowFeatures,
        targets: Targets,
        *,
        train: np.ndarray,
        settings: OutputFitSettings,
    ):
        self.step = 0
        self._network = network
        self._features = features
        self._targets = targets
        self._train = train
        self._settings = settings
        self._batch = min(settings.batch, len(train))
        self._optimiser, self._schedule = create_one_cycle(
            network, settings.learning_rate, settings.weight_decay, steps=settings.steps, rise=settings.rise
        )
        self._average = AveragedModel(network, avg_fn=self._mix, use_buffers=True)
        self._order: tuple[int, np.ndarray] | None = None

    @property
    def is_done(self) -> bool:
        """True after the last step."""
        return self.step >= self._settings.steps

    @property
    def averaged(self) -> IDeepNetwork:
        """The network with the moving average of its weights, for evaluation."""
        network = self._average.module
        assert isinstance(network, IDeepNetwork)
        return network.eval()

    def advance(self, steps: int) -> float:
        """Do some steps, at most to the end.

        Parameters
        ----------
        steps : int
            Number of steps.

        Returns
        -------
        float
            Mean loss; NaN if no step was left.
        """
        self._network.train()
        for module in self._network.modules():
            weights = list(module.parameters())
            if weights and not any(weight.requires_grad for weight in weights):
                module.eval()
        losses = []
        for _ in range(min(steps, self._settings.steps - self.step)):
            losses.append(self._take_step())
        return float(np.mean(losses)) if losses else float("nan")

    def state(self) -> dict[str, Any]:
        """Return what a later `restore` needs: tensors, which the next step changes, and numbers."""
        return {
            "step": self.step,
            "settings": {**asdict(self._settings), "windows": len(self._train)},
            "network": self._network.state_dict(),
            "average": self._average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue a training of the same network, windows and settings.

        Parameters
        ----------
        state : Mapping[str, Any]
            Result of `state`.

        Raises
        ------
        ValueError
            The settings or the number of windows differ.
        """
        settings = self.state()["settings"]
        differing = [name for name, value in settings.items() if state["settings"].get(name) != value]
        if differing:
            raise ValueError(f"the training that began has other settings: {', '.join(differing)}")
        self.step = state["step"]
        self._network.load_state_dict(state["network"])
        self._average.load_state_dict(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.last_epoch = self.step

    def _take_step(self) -> float:
        """Learn from the next batch."""
        rng = np.random.default_rng((self._settings.seed, _STEP, self.step))
        torch.manual_seed(int(rng.integers(1 << 62)))
        rows = self._next_rows()
        device = self._network.output.weight.device
        windows, centres = self._features.batch(rows, device)
        present = drop_modalities(self._features, windows, centres, rows=rows, keep=self._settings.keep, rng=rng)
        with torch.autocast(device.type, torch.bfloat16, enabled=self._settings.bf16):
            logits = self._network(windows, centres, present)
        loss = compute_loss(logits, *self._targets.batch(rows, device))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), self._settings.longest_gradient)
        self._optimiser.step()
        self._schedule.step()
        self.step += 1
        if self.step % self._settings.average_every == 0 or self.is_done:
            self._average.update_parameters(self._network)
        return loss.item()

    def _next_rows(self) -> np.ndarray:
        """Select the windows of the next batch, ascending. Each epoch has an order of its own; its rest is left out."""
        epoch, place = divmod(self.step, len(self._train) // self._batch)
        if self._order is None or self._order[0] != epoch:
            rng = np.random.default_rng((self._settings.seed, _ORDER, epoch))
            self._order = epoch, rng.permutation(self._train)
        return np.sort(self._order[1][place * self._batch : (place + 1) * self._batch])

    def _mix(self, average: Tensor, weights: Tensor, count: Tensor | int) -> Tensor:
        """Add weights to the moving average of `count` earlier ones; counts of batches are not averaged."""
        if not average.is_floating_point():
            return weights
        decay = min(self._settings.average_decay, 1 - 1 / (int(count) + 1))
        return torch.lerp(weights, average, decay)
