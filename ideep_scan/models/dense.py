"""The same network at every scored position of a tile, without materialising a window.

A fully connected layer over a window is a convolution; pooling and then flattening is a dilated one. What is left
is row by row and shared with `models/network.py`. Equal to the windowed network to rounding. No input is ever cut into
windows; only behind the pooling, and only where scored positions are sparse, are the windows of those few gathered.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.models.network import EvidenceBranch, IDeepNetwork, SequenceBranch, Tensors, WindowLinear

GATHERED = 256  # windows gathered at a time, so that they stay in the cache


def dense_logits(network: IDeepNetwork, windows: Tensors, centres: Tensors, scored: Tensor) -> Tensor:
    """Logits of the scored positions of a tile; `network` must be in evaluation mode.

    Parameters
    ----------
    windows : modality -> (channels, length), a column per position of the walk.
    centres : modality -> (values, n), a column per scored position.
    scored : int64 (n,), indices of the scored positions. A modality in neither mapping is absent.

    Returns
    -------
    (n,) log odds of a binding site.
    """
    joined = []
    for name, branch in network.each_branch():
        window, centre = windows.get(name), centres.get(name)
        if window is None and centre is None:
            joined.append(network.absent[name].expand(len(scored), -1))
            continue
        rows = None if centre is None else centre.T
        if name == "cobinding" and window is not None and rows is not None:
            window, rows = network.without_own(window, rows)
        if isinstance(branch, SequenceBranch):
            assert window is not None
            embedded = _embed_sequence(branch, window, scored, network.config.window)
        else:
            embedded = _embed_evidence(branch, window, rows, scored)
        joined.append(branch.finish(embedded))
    return network.join(torch.cat(joined, 1))


def _embed_sequence(branch: SequenceBranch, track: Tensor, scored: Tensor, window: int) -> Tensor:
    """`SequenceBranch.embed` at the scored positions: max pooling at every offset, then one tap per pool."""
    features = F.relu(branch.convolution(track[None]))
    pooled = F.max_pool1d(features, branch.pool, stride=1)[0]
    return _linear_at(branch.linear, pooled, scored - window // 2, branch.pool)


def _embed_evidence(branch: EvidenceBranch, track: Tensor | None, rows: Tensor | None, scored: Tensor) -> Tensor:
    """`EvidenceBranch.embed` at the scored positions."""
    parts = []
    if branch.window is not None:
        assert track is not None
        parts.append(_linear_at(branch.window, track, scored - branch.window.weight.shape[2] // 2, 1))
    if branch.centre is not None:
        parts.append(branch.centre(rows))
    return sum(parts[1:], parts[0])


def _linear_at(layer: WindowLinear, track: Tensor, starts: Tensor, step: int) -> Tensor:
    """A layer over the windows that start at some columns of a track, every `step`-th column a tap: (n, out).

    Where most columns start a window this is a convolution. Where few do (scraps of known sequence between N) only
    those windows are gathered, so that what is computed follows what is scored.
    """
    if 2 * len(starts) >= track.shape[1]:
        return F.conv1d(track[None], layer.weight, layer.bias, dilation=step)[0][:, starts].T
    columns, weight = (
        track.T.contiguous(),
        layer.weight.transpose(1, 2).flatten(1),
    )  # so that a tap is one run of memory
    taps = torch.arange(layer.weight.shape[2], device=track.device) * step
    parts = [F.linear(columns[some[:, None] + taps].flatten(1), weight, layer.bias) for some in starts.split(GATHERED)]
    return torch.cat(parts)
