"""Training of one model of a user.

A network that begins from the shared one first gets an output on its frozen layers, by logistic regression.
Then all weights are trained at a small rate, with frozen batch statistics.
A network with random weights has the shape of the separate bundled models.
Both follow a one-cycle schedule, and the best epoch on the validation windows stays.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ideep_scan.features.window_features import Features
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.fit import FitSettings, fit, predict
from ideep_scan.train.metrics import auc, auprc
from ideep_scan.train.recipe import KEEP, SHARED_HIDDEN, SHARED_KEEP
from ideep_scan.train.training_data import TRAIN, VALIDATION, TrainingData

EPOCHS_FROM_SHARED = 4
EPOCHS_FROM_SCRATCH = 15
STEPS_FROM_SCRATCH = 300  # batches that random weights see at least: with few windows, the epochs are too few of them
_FROM_SHARED = FitSettings(batch=128, learning_rate=3e-4, schedule="one-cycle", learns_statistics=False)
_FROM_SCRATCH = FitSettings(batch=128, learning_rate=2e-3, schedule="one-cycle")
_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)  # inverse strengths of the L2 penalty that the first output may have
_SAMPLE = 2000  # training windows whose AUC is measured in each epoch
_MAIN = "all"


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training windows.

    Attributes
    ----------
    number : int
        Number of the epoch, from 1; 0 is the first output on the frozen layers of the shared network.
    loss : float
        Mean cross-entropy of its batches.
    train_auc : float
        AUC on a sample of the training windows.
    validation_auc, validation_auprc : float
        AUC and average precision on the validation windows.
    """

    number: int
    loss: float
    train_auc: float
    validation_auc: float
    validation_auprc: float


def count_scratch_epochs(windows: int, least: int = EPOCHS_FROM_SCRATCH) -> int:
    """Count the epochs that random weights need on a number of training windows.

    Parameters
    ----------
    windows : int
        Number of training windows, at least one.
    least : int
        Smallest number of epochs.

    Returns
    -------
    int
        `least`, or more for at least `STEPS_FROM_SCRATCH` batches.
    """
    steps = math.ceil(windows / _FROM_SCRATCH.batch)
    return max(least, math.ceil(STEPS_FROM_SCRATCH / steps))


@dataclass(frozen=True, eq=False)
class OwnFit:
    """Training of one network in place.

    Attributes
    ----------
    network : IDeepNetwork
        The network, on its device.
    features : Features
        Features of all windows.
    data : TrainingData
        The windows; both classes are among the training windows and among the validation windows.
    modalities : tuple of str
        Modalities that the model reads.
    seed : int
        Seed of all random numbers.
    on_epoch : callable
        Called with each `Epoch`.
    """

    network: IDeepNetwork
    features: Features
    data: TrainingData
    modalities: tuple[str, ...]
    seed: int
    on_epoch: Callable[[Epoch], None]

    def from_shared(self, epochs: int = 0) -> tuple[tuple[Epoch, ...], int]:
        """Train a network that begins from the shared one.

        Parameters
        ----------
        epochs : int
            Limit of epochs; 0 for `EPOCHS_FROM_SHARED`, or more for a branch that the shared network lacks.

        Returns
        -------
        epochs : tuple of Epoch
            The epochs.
        best : int
            Number of the epoch whose weights the network has.
        """
        loss = self._fit_output()
        first = self._measure(0, loss)
        self.on_epoch(first)
        values = {"epochs": epochs or self._count_epochs(), "seed": self.seed, "keep": {**KEEP, **SHARED_KEEP}}
        return self._fit(FitSettings(**{**vars(_FROM_SHARED), **values}), [first])

    def from_scratch(self, epochs: int = 0) -> tuple[tuple[Epoch, ...], int]:
        """Train a network with random weights; see `from_shared`."""
        values = {"epochs": epochs or count_scratch_epochs(self._rows(TRAIN).size), "seed": self.seed, "keep": KEEP}
        return self._fit(FitSettings(**{**vars(_FROM_SCRATCH), **values}), [])

    def _count_epochs(self) -> int:
        """Count the epochs from the shared network; a branch that it lacks begins with random weights."""
        if set(self.modalities) <= {"sequence", *SHARED_HIDDEN}:
            return EPOCHS_FROM_SHARED
        return count_scratch_epochs(self._rows(TRAIN).size, EPOCHS_FROM_SHARED)

    def _rows(self, part: int) -> np.ndarray:
        return np.flatnonzero(self.data.part == part)

    def _fit(self, settings: FitSettings, epochs: list[Epoch]) -> tuple[tuple[Epoch, ...], int]:
        """Train all weights after some epochs; the network ends with the weights of the best of all."""
        weights = copy.deepcopy(self.network.state_dict())

        def add(number: int, loss: float, aucs: dict[str, float]) -> None:
            epoch = self._measure(number + 1, loss)
            if not epochs or epoch.validation_auc > max(earlier.validation_auc for earlier in epochs):
                weights.update(copy.deepcopy(self.network.state_dict()))
            epochs.append(epoch)
            self.on_epoch(epoch)

        fit(
            self.network,
            self.features,
            self.data.label,
            train=self._rows(TRAIN),
            validation=self._rows(VALIDATION),
            kinds={_MAIN: self.modalities},
            settings=settings,
            on_epoch=add,
        )
        self.network.load_state_dict(weights)
        best = max(epochs, key=lambda epoch: epoch.validation_auc)
        return tuple(epochs), best.number

    def _measure(self, number: int, loss: float) -> Epoch:
        """Measure the accuracy of the network as it is."""
        train, validation = self._rows(TRAIN), self._rows(VALIDATION)
        sample = np.sort(np.random.default_rng(self.seed).permutation(train)[:_SAMPLE])
        labels, logits = self.data.label[validation], self._predict(validation)
        train_labels = self.data.label[sample]
        train_auc = auc(train_labels, self._predict(sample)) if len(np.unique(train_labels)) == 2 else float("nan")
        return Epoch(number, loss, train_auc, auc(labels, logits), auprc(labels, logits))

    def _predict(self, rows: np.ndarray) -> np.ndarray:
        return predict(self.network, self.features, rows, self.modalities)

    def _fit_output(self) -> float:
        """Fit the output to the frozen layers, with the penalty that suits validation best; return its loss."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import log_loss

        train, validation = self._rows(TRAIN), self._rows(VALIDATION)
        labels = self.data.label
        rows = np.concatenate([self._activate(train, kind) for kind in self._list_kinds()])
        targets = np.tile(labels[train], len(self._list_kinds()))
        judged = self._activate(validation, self.modalities)
        scale = np.maximum(rows.std(0), 1e-3)
        best, best_auc = None, -1.0
        for penalty in _PENALTIES:
            model = LogisticRegression(C=penalty, max_iter=300).fit(rows / scale, targets)
            value = auc(labels[validation], model.decision_function(judged / scale))
            if value > best_auc:
                best, best_auc = model, value
        assert best is not None
        with torch.no_grad():
            self.network.output.weight.copy_(torch.from_numpy(best.coef_ / scale))
            self.network.output.bias.copy_(torch.from_numpy(best.intercept_))
        return float(log_loss(targets, best.predict_proba(rows / scale)))

    def _list_kinds(self) -> list[Sequence[str]]:
        """List the combinations of modalities that the first output learns from: all, and the sequence alone."""
        return [self.modalities, ("sequence",)] if len(self.modalities) > 1 else [self.modalities]

    @torch.inference_mode()
    def _activate(self, rows: np.ndarray, modalities: Sequence[str], batch: int = 1000) -> np.ndarray:
        """Compute what the output layer reads: float32 array (n, width)."""
        device, parts = self.network.output.weight.device, []
        self.network.eval()
        for first in range(0, len(rows), batch):
            part = rows[first : first + batch]
            windows, centres = self.features.batch(part, device)
            present = {name: torch.from_numpy(self.features.has(name, part)).to(device) for name in modalities}
            parts.append(self.network.shared(self.network.embed(windows, centres, present)).cpu().numpy())
        return np.concatenate(parts)
