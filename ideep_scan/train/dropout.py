"""Dropout of modalities in training, so that one network works with any combination of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.modalities.registry import get_modality


class WindowFeatures(Protocol):
    """Features of n windows, such as `features.window_features.Features` and `PackedFeatures`."""

    def has(self, modality: str, rows: np.ndarray) -> np.ndarray:
        """Tell which of the windows have a modality: bool array."""
        ...

    def batch(
        self, rows: np.ndarray, device: torch.device | str = "cpu"
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Copy windows to a device: window tensors and centre tensors by modality."""
        ...


def drop_modalities(
    features: WindowFeatures,
    windows: Mapping[str, Tensor],
    centres: Mapping[str, Tensor],
    *,
    rows: np.ndarray,
    keep: Mapping[str, float],
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """Choose which windows keep which modality.

    Parameters
    ----------
    features : WindowFeatures
        Features of all windows.
    windows, centres : Mapping[str, Tensor]
        Tensors of the batch by modality.
    rows : np.ndarray
        Int64 (m,), windows of the batch.
    keep : Mapping[str, float]
        By modality, the chance that a window keeps it; 1 for a modality that is not a key.
    rng : np.random.Generator
        Source of random numbers.

    Returns
    -------
    dict[str, Tensor]
        By modality bool (m,), True for windows that keep it.
    """
    present = {}
    for name, tensor in {**windows, **centres}.items():
        mask = rng.random(len(rows)) < keep.get(name, 1.0)
        present[name] = torch.from_numpy(mask & features.has(name, rows)).to(tensor.device)
    return present


def drop_experiments(
    windows: dict[str, Tensor], centres: dict[str, Tensor], keep: float, rng: np.random.Generator
) -> None:
    """Drop single experiments of co-binding in place.

    Parameters
    ----------
    windows, centres : dict[str, Tensor]
        Tensors of the batch by modality.
    keep : float
        Chance that a window keeps a co-binding channel.
    rng : np.random.Generator
        Source of random numbers.
    """
    for name in windows:
        if name in centres and get_modality(name).centre_flags_channels:
            absent = torch.from_numpy(rng.random(tuple(centres[name].shape)) > keep).to(windows[name].device)
            windows[name] *= ~absent[:, :, None]
            centres[name] = torch.maximum(centres[name], absent.float())
