"""Contributions of all bases of a window from one gradient of the network: gradients times input.

The gradient is a first-order estimate of what `models/mutagenesis.py` computes.
It follows the sequence branch; features that are computed from the letters, such as structure, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ideep_scan.features.window_features import Features
from ideep_scan.models.contributions import BASES, contrast_bases, read_codes
from ideep_scan.models.device_network import exact_arithmetic
from ideep_scan.models.network import IDeepNetwork

BATCH = 64  # windows of a pass: their results fit in the processor's caches


def compute_gradients(network: IDeepNetwork, rows: Sequence[int], features: Features) -> np.ndarray:
    """Compute the hypothetical contributions of many windows by gradients.

    Several rows share the forward pass.

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
    """Compute the gradient of the log odds of some windows: float32 array (rows, windows, 4, width)."""
    device = network.output.weight.device
    windows, centres = features.batch(part, device)
    present = {name: torch.from_numpy(features.has(name, part)).to(device) for name in features.modalities}
    sequence = windows["sequence"].requires_grad_()
    with torch.enable_grad(), exact_arithmetic(device):
        totals = network(windows, centres, present)[:, list(rows)].sum(0)
        last = len(rows) - 1
        gradients = [
            torch.autograd.grad(total, sequence, retain_graph=number < last)[0] for number, total in enumerate(totals)
        ]
    return torch.stack(gradients).cpu().numpy()
