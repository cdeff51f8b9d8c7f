"""iDeep as a method of the benchmark: build a network for a split, train it, score the test windows.

`methods.py` lists the methods by name, with their modalities, sizes and settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from ideep_scan.benchmark.split import Split
from ideep_scan.features.modalities.registry import get_modality
from ideep_scan.features.window_features import Features
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.network_config import NetworkConfig
from ideep_scan.train.fit import FitSettings, fit, predict
from ideep_scan.train.pretrain import PretrainSettings, pretrain

# Hidden layers of the published code (https://github.com/xypan1232/iDeep).
PUBLISHED_HIDDEN = {"region": 256, "motifs": 128, "structure": 128, "cobinding": 768}


@dataclass(frozen=True)
class IDeep:
    """Score the test windows with networks trained from consecutive seeds; average their log odds.

    An instance is a `split.Method`.

    Attributes
    ----------
    modalities : tuple of str
        Modalities that the network reads. Every window has all of them.
    hidden : mapping of str to int
        Width of the two fully connected layers of each evidence branch.
    shape : mapping of str to Any
        Further fields of `NetworkConfig`. Empty for the sequence branch of the paper.
    pretraining : PretrainSettings or None
        Settings of the Boltzmann machines that initialise deep-belief branches. None for random weights.
    networks : int
        Number of networks. The first starts from the given seed, each further one from the next integer.
    settings : FitSettings
        Settings of the training.
    drop : bool
        Drop modalities at random in training, with the probabilities of `settings.keep`.
    validate : bool
        Keep the validation windows out of training. A one-cycle schedule makes no use of them.
    views : tuple of tuple of str
        Subsets of `modalities`. The log odds are averaged over one prediction from each subset.
        Training must contain each subset (`drop`). Empty for one prediction from all modalities.
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
        """Return the log odds of the test windows, float array (len(test),)."""
        features = select_features(split.features, self.modalities)
        return np.mean([self._scores(features, split, seed + index) for index in range(self.networks)], axis=0)

    def network(self, features: Features, window: int) -> IDeepNetwork:
        """Build an untrained network for features of windows of this width."""
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
class ExtendedMethod:
    """Extend a method to learn from the further rows of a split (`Split.more`)."""

    method: IDeep

    @property
    def modalities(self) -> tuple[str, ...]:
        """Return the modalities that the networks read."""
        return self.method.modalities

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        """Return the log odds of the test windows, float array (len(test),)."""
        train = np.concatenate([split.train, split.more])
        return self.method(replace(split, train=train, more=np.zeros(0, np.int64)), seed)


def select_features(features: Features, modalities: tuple[str, ...]) -> Features:
    """Select modalities and arrange their tensors as a network reads them.

    Centre values become windows of width 1 if no window is selected; the layer is the same.
    Co-binding windows without centre values get zeros: no experiment lacks its file.

    Parameters
    ----------
    features : Features
        Window and centre tensors of all modalities.
    modalities : tuple of str
        Modalities to select.

    Returns
    -------
    Features
        The selected tensors, with the same rows.
    """
    windows = {name: array for name, array in features.windows.items() if name in modalities}
    centres = {name: array for name, array in features.centres.items() if name in modalities}
    for name, window in windows.items():
        if get_modality(name).centre_flags_channels and name not in centres:
            centres[name] = np.zeros(window.shape[:2], np.float32)
    if not windows:
        return Features({name: array[:, :, None] for name, array in centres.items()}, {})
    return Features(windows, centres)


def _config(features: Features, hidden: Mapping[str, int], window: int, shape: Mapping[str, Any]) -> NetworkConfig:
    shapes = {name: array.shape[1:] for name, array in features.windows.items() if name != "sequence"}
    sizes = {name: array.shape[1] for name, array in features.centres.items()}
    widths = {name: hidden[name] for name in features.modalities if name != "sequence"}
    return NetworkConfig(shapes, sizes, widths, window, **shape)
