"""iDeep as a method of the benchmark: a network cut to the features of a split, trained on it, applied to its test.

It reads no file. Which modalities, sizes and settings make a method of which name is said in `jobs/benchmark_methods`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from ideep_scan.benchmark.split import Split
from ideep_scan.features.modalities.registry import modality
from ideep_scan.models.network import IDeepNetwork, NetworkConfig
from ideep_scan.train.dataset import Features
from ideep_scan.train.fit import FitSettings, fit, predict
from ideep_scan.train.pretrain import PretrainSettings, pretrain

# Hidden layers of the published code (https://github.com/xypan1232/iDeep).
PUBLISHED_HIDDEN = {"region": 256, "motifs": 128, "structure": 128, "cobinding": 768}

# The models that the package brings, chosen on validation (docs/candidates.md).
HIDDEN = {"region": 128, "motifs": 64, "structure": 32, "cobinding": 64}
KEEP = {"sequence": 0.95, "region": 0.6, "motifs": 0.4, "structure": 0.5, "cobinding": 0.4}
RESIDUAL: Mapping[str, Any] = {
    "filters": 128,
    "filter_width": 9,
    "sequence_hidden": 96,
    "channels": 64,
    "dilations": (1, 2),
}


@dataclass(frozen=True)
class IDeep:
    """A `train.split.Method`: log odds of the test windows, averaged over networks that began from other seeds.

    Attributes
    ----------
    modalities : what the network reads; all of it is at hand in every window.
    views : parts of `modalities` that a network is given, one after the other, its log odds averaged over them. Each
        must be met in training (`drop`). None = all at once.
    hidden : modality -> width of its two fully connected layers.
    shape : further fields of `NetworkConfig`; none = the sequence branch of the paper.
    pretraining : how deep-belief branches start from stacks of Boltzmann machines; None = from random weights.
    networks : how many are trained and averaged; the first from the seed given, each further one from the next.
    drop : whether training drops modalities at random, as `settings.keep` has it; else every window keeps all.
    validate : whether the validation windows are kept out of training; a one-cycle schedule decides nothing by them.
    """

    modalities: tuple[str, ...]
    hidden: Mapping[str, int] = field(default_factory=lambda: dict(PUBLISHED_HIDDEN))
    shape: Mapping[str, Any] = field(default_factory=dict)
    pretraining: PretrainSettings | None = None
    networks: int = 1
    settings: FitSettings = field(default_factory=FitSettings)
    drop: bool = False
    validate: bool = True
    views: tuple[tuple[str, ...], ...] = ()

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        features = readable(split.features, self.modalities)
        return np.mean([self._scores(features, split, seed + more) for more in range(self.networks)], axis=0)

    def network(self, features: Features, window: int) -> IDeepNetwork:
        """An untrained network for features of windows of this width."""
        return IDeepNetwork(_config(features, self.hidden, window, self.shape))

    def _scores(self, features: Features, split: Split, seed: int) -> np.ndarray:
        torch.manual_seed(seed)
        network = self.network(features, split.codes.shape[1])
        if self.pretraining is not None:
            pretrain(network, features, split.train, replace(self.pretraining, seed=seed))
        settings = replace(self.settings, seed=seed)
        if not self.drop:
            settings = replace(settings, keep=dict.fromkeys(self.modalities, 1.0), keep_experiment=1.0)
        kinds = {"all": self.modalities}
        train = split.train if self.validate else np.concatenate([split.train, split.validation])
        fit(
            network,
            features,
            split.labels,
            train=train,
            validation=split.validation,
            kinds=kinds,
            settings=settings,
        )
        views = self.views or (self.modalities,)
        return np.mean([predict(network, features, split.test, view) for view in views], axis=0)


@dataclass(frozen=True)
class LearningMore:
    """A method that also learns from the further rows of a split (`Split.more`)."""

    method: IDeep

    @property
    def modalities(self) -> tuple[str, ...]:
        """What its networks read."""
        return self.method.modalities

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        train = np.concatenate([split.train, split.more])
        return self.method(replace(split, train=train, more=np.zeros(0, np.int64)), seed)


def readable(features: Features, modalities: tuple[str, ...]) -> Features:
    """The same rows of some modalities, as a network reads them.

    Centre values without any window become a window of width one, which is the same layer. Co-binding without word of
    absent files gets it: none is absent.
    """
    windows = {name: array for name, array in features.windows.items() if name in modalities}
    centres = {name: array for name, array in features.centres.items() if name in modalities}
    for name, window in windows.items():
        if modality(name).centre_flags_channels and name not in centres:
            centres[name] = np.zeros(window.shape[:2], np.float32)
    if not windows:
        return Features({name: array[:, :, None] for name, array in centres.items()}, {})
    return Features(windows, centres)


def _config(features: Features, hidden: Mapping[str, int], window: int, shape: Mapping[str, Any]) -> NetworkConfig:
    shapes = {name: array.shape[1:] for name, array in features.windows.items() if name != "sequence"}
    sizes = {name: array.shape[1] for name, array in features.centres.items()}
    widths = {name: hidden[name] for name in features.modalities if name != "sequence"}
    return NetworkConfig(shapes, sizes, widths, window, **shape)
