"""Features of many windows, made by THE featurizer and kept compactly for training.

It draws no examples (`train/examples.py`) and trains nothing (`train/fit.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.registry import modality, window_shapes
from ideep_scan.kernels.windows import gather
from ideep_scan.records.places import Places, window_walks

WINDOWS_PER_TILE = 512


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Materialised features: modality -> (n, channels, width) and modality -> (n, values).

    `known` says which rows have a modality, as a bool array (n,); one that is not named there is known in every row.
    """

    windows: Mapping[str, np.ndarray]
    centres: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def modalities(self) -> frozenset[str]:
        return frozenset(self.windows) | frozenset(self.centres)

    def only(self, modality: str) -> Features:
        """The same rows of one modality."""
        windows, centres = self.windows, self.centres
        return Features(
            {name: array for name, array in windows.items() if name == modality},
            {name: array for name, array in centres.items() if name == modality},
            {name: array for name, array in self.known.items() if name == modality},
        )

    def has(self, modality: str, rows: np.ndarray) -> np.ndarray:
        """Which of some rows have a modality: bool (len(rows),)."""
        known = self.known.get(modality)
        return np.ones(len(rows), bool) if known is None else known[rows]

    def batch(
        self, rows: np.ndarray, device: torch.device | str = "cpu"
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Float32 tensors of some rows on a device: window tensors and centre tensors by modality."""

        def take(arrays: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
            return {name: torch.from_numpy(array[rows]).to(device).float() for name, array in arrays.items()}

        return take(self.windows), take(self.centres)


def build(featurizer: Featurizer, places: Places, on_progress: Callable[[int], None] = lambda done: None) -> Features:
    """Features of the windows at `places`, in their order; `on_progress` hears how many windows are newly done."""
    spec = featurizer.spec
    widths = {name: width for name, (_, width) in window_shapes(spec).items()}
    windows: dict[str, np.ndarray] = {}
    centres: dict[str, np.ndarray] = {}
    for rows, walk, scored in window_walks(places, spec.window, WINDOWS_PER_TILE):
        tile = featurizer.tile(walk, scored)
        for name, track in tile.window.items():
            cut = gather(track, scored, widths[name]).astype(modality(name).storage)
            windows.setdefault(name, np.empty((len(places), *cut.shape[1:]), cut.dtype))[rows] = cut
        for name, values in tile.centre.items():
            centres.setdefault(name, np.empty((len(places), len(values)), np.float32))[rows] = values.T
        on_progress(len(rows))
    return Features(windows, centres)
