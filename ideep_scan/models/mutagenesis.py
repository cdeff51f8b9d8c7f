"""Contributions of all bases of a window by saturated mutagenesis: each base at each position is scored.

Only the one-hot sequence changes; features that are computed from the letters, such as structure, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.window_features import Features
from ideep_scan.models.contributions import BASES, contrast_bases, read_codes
from ideep_scan.models.device_network import exact_arithmetic
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.ordered_map import map_in_order

_QUEUED_WINDOWS = 8  # windows in the queue of a pool


def compute_mutagenesis(
    network: IDeepNetwork, rows: Sequence[int], features: Features, *, pool: Executor | None = None
) -> np.ndarray:
    """Compute the hypothetical contributions of many windows by mutagenesis.

    Parameters
    ----------
    network : IDeepNetwork
        In evaluation mode, in single precision.
    rows : sequence of int
        Rows of its output.
    features : Features
        Features of n windows; modalities that it lacks are absent.
    pool : Executor or None
        Threads that each score the mutants of a window; None scores in the caller's thread.

    Returns
    -------
    np.ndarray
        Float32 array (rows, n, 4, width), log odds, channels A C G U; 0 at unknown bases.
        `models/contributions.py` defines them.
    """
    onehot = features.windows["sequence"]
    odds = np.empty((len(rows), *onehot.shape), np.float32)
    score = partial(_score_mutants, network, rows, features)
    for window, mutants in enumerate(map_in_order(score, range(len(onehot)), pool, _QUEUED_WINDOWS)):
        odds[:, window] = mutants
    return contrast_bases(odds, read_codes(onehot))


@torch.inference_mode()
def _score_mutants(network: IDeepNetwork, rows: Sequence[int], features: Features, window: int) -> np.ndarray:
    """Compute the log odds of a window with each base at each position: float32 array (rows, 4, width).

    Bases that are present are scored once, with the window itself.
    """
    device = network.output.weight.device
    windows, centres = features.batch(np.array([window]), device)
    sequence = windows["sequence"][0]
    is_changed = sequence != 1
    bases, positions = is_changed.nonzero(as_tuple=True)
    count = len(bases)
    mutants = sequence.expand(count + 1, -1, -1).clone()
    numbers = torch.arange(count, device=device)
    mutants[numbers, :, positions] = torch.eye(BASES, device=device)[bases]
    repeated = {name: _repeat(tensor, count + 1) for name, tensor in windows.items()} | {"sequence": mutants}
    present = {name: _repeat(torch.from_numpy(features.has(name, np.array([window]))).to(device), count + 1)
               for name in features.modalities}  # fmt: skip
    with exact_arithmetic(device):
        logits = network(repeated, {name: _repeat(tensor, count + 1) for name, tensor in centres.items()}, present)
    odds = logits[:, list(rows)].T
    out = odds[:, -1:, None].expand(-1, *sequence.shape).clone()
    out[:, bases, positions] = odds[:, :-1]
    return out.cpu().numpy()


def _repeat(tensor: Tensor, count: int) -> Tensor:
    """Repeat a tensor of one window: (1, ...) -> (count, ...)."""
    return tensor.expand(count, *tensor.shape[1:])
