"""Contributions of all bases of a window from gradients of the network: gradients times input.

They are a first-order estimate of what `models/mutagenesis.py` computes.
At a strong window the log odds hardly depend on any one letter, so its own gradient says little.
The mean of gradients at the window and at blurred copies agrees better with mutagenesis (docs/output.md).
This is the beginning of the path of integrated gradients (Sundararajan et al. 2017, ICML) to a uniform sequence.
Gradients follow the sequence branch; features that are computed from the letters, such as structure, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ideep_scan.features.window_features import Features
from ideep_scan.models.contributions import BASES, contrast_bases, read_codes
from ideep_scan.models.device_network import exact_arithmetic
from ideep_scan.models.network import IDeepNetwork

BLURS = (0.0, 0.1, 0.2)  # share of each base that all four bases share
BATCH = 64  # windows of a pass: their results fit in the processor's caches


def compute_gradients(network: IDeepNetwork, rows: Sequence[int], features: Features) -> np.ndarray:
    """Compute the hypothetical contributions of many windows by gradients.

    Several rows share the forward passes.

    Parameters
    ----------
    network : IDeepNetwork
        In evaluation mode, in single precision.
    rows : sequence of int
        Rows of its output.
    features : Features
        Features of n windows; modalities that it lacks are absent.

    Returns
    -------
    np.ndarray
        Float32 array (rows, n, 4, width), log odds, channels A C G U; 0 at unknown bases.
        `models/contributions.py` defines them.
    """
    onehot = features.windows["sequence"]
    count, _, width = onehot.shape
    slopes = np.empty((len(rows), count, BASES, width), np.float32)
    for first in range(0, count, BATCH):
        part = np.arange(first, min(first + BATCH, count))
        slopes[:, part] = _differentiate(network, rows, features, part)
    return contrast_bases(slopes, read_codes(onehot))


def _differentiate(network: IDeepNetwork, rows: Sequence[int], features: Features, part: np.ndarray) -> np.ndarray:
    """Compute the mean gradient of the log odds of some windows: float32 array (rows, windows, 4, width)."""
    device = network.output.weight.device
    windows, centres = features.batch(part, device)
    present = {name: torch.from_numpy(features.has(name, part)).to(device) for name in features.modalities}
    onehot, last = windows["sequence"], len(rows) - 1
    slopes = torch.zeros(len(rows), *onehot.shape, device=device)
    for blur in BLURS:
        sequence = torch.lerp(onehot, torch.full_like(onehot, 1 / BASES), blur).requires_grad_()
        with torch.enable_grad(), exact_arithmetic(device):
            totals = network({**windows, "sequence": sequence}, centres, present)[:, list(rows)].sum(0)
            for number, total in enumerate(totals):
                slopes[number] += torch.autograd.grad(total, sequence, retain_graph=number < last)[0]
    return (slopes / len(BLURS)).cpu().numpy()
