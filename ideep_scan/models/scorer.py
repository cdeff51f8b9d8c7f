"""A bundle at work: tile in, probabilities out, on a device at a precision."""

from __future__ import annotations

import os
from collections.abc import Collection

import numpy as np
import torch

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.dense import dense_logits

PRECISIONS = ("auto", "fp32", "bf16")


class Scorer:
    """Scores tiles with one model.

    Parameters
    ----------
    bundle : the model; its network is moved to `device`.
    modalities : evidence to read; what a tile holds beyond it is left unread.
    precision : 'fp32', 'bf16', or 'auto' (fp32).
    """

    def __init__(self, bundle: ModelBundle, modalities: Collection[str], device: torch.device, precision: str = "auto"):
        if precision not in PRECISIONS:
            raise InputError(f"--precision {precision} is not known: use {', '.join(PRECISIONS)}")
        self.bundle, self.modalities, self.device = bundle, frozenset(modalities), device
        self.precision = "fp32" if precision == "auto" else precision
        self._network = bundle.network.to(device).eval()

    @torch.inference_mode()
    def score(self, tile: Tile) -> np.ndarray:
        """Probability of a binding site at each scored position: float32 array (n,), in the order of the walk."""
        windows = {name: self._tensor(array) for name, array in tile.window.items() if name in self.modalities}
        centres = {name: self._tensor(array) for name, array in tile.centre.items() if name in self.modalities}
        scored = torch.from_numpy(tile.scored).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
            logits = dense_logits(self._network, windows, centres, scored)
        return torch.sigmoid(logits.float()).cpu().numpy()

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def evaluation_device(name: str) -> torch.device:
    """The device that `auto`, `cpu` or `cuda[:N]` means here. Raises InputError where there is none."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"--device {name} is no device: use auto, cpu or cuda[:N]") from error
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device.type not in ("cpu", "cuda") or (device.type == "cuda" and (device.index or 0) >= cards):
        raise InputError(f"--device {name}: this machine offers no such device to torch: use --device cpu")
    return device


def use_threads(count: int) -> int:
    """Let torch use so many threads (0 = as many as cores); the number in use."""
    torch.set_num_threads(count or os.cpu_count() or 1)
    return torch.get_num_threads()
