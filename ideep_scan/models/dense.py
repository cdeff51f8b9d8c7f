"""The same network at every scored position of a tile, without materialising a window.

A fully connected layer over a window is a convolution; pooling and then flattening is a dilated one. What is left
is row by row and shared with `models/network.py`. Equal to the windowed network to rounding. No input is ever cut into
windows; only behind the pooling, and only where scored positions are sparse, are the windows of those few gathered.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from ideep_scan.models.network import (
    EvidenceBranch,
    IDeepNetwork,
    ResidualBranch,
    SequenceBranch,
    Tensors,
    WindowLinear,
)

GATHERED = 256  # windows gathered at a time, so that they stay in the cache


def dense_logits(network: IDeepNetwork, windows: Tensors, centres: Tensors, scored: Tensor) -> Tensor:
    """Log odds of a binding site at the scored positions of a tile: (n,); what it takes is what `branch_rows` takes."""
    return network.join(torch.cat(branch_rows(network, windows, centres, scored), 1))


def branch_rows(network: IDeepNetwork, windows: Tensors, centres: Tensors, scored: Tensor) -> list[Tensor]:
    """What each branch makes of the scored positions of a tile; `network` must be in evaluation mode.

    Parameters
    ----------
    windows : modality -> (channels, length), a column per position of the walk.
    centres : modality -> (values, n), a column per scored position.
    scored : int64 (n,), indices of the scored positions. A modality in neither mapping is absent.

    Returns
    -------
    (n, width) for each branch, in the order of `network.each_branch`: to be joined side by side.
    """
    rows_of = []
    for name, branch in network.each_branch():
        window, centre = windows.get(name), centres.get(name)
        if window is None and centre is None:
            rows_of.append(network.absent[name].expand(len(scored), -1))
            continue
        rows = None if centre is None else centre.T
        if name == "cobinding" and window is not None and rows is not None:
            window, rows = network.without_own(window, rows)
        if isinstance(branch, SequenceBranch):
            assert window is not None
            embedded = _embed_sequence(branch, window, scored, network.config.window)
        elif isinstance(branch, ResidualBranch):
            assert window is not None
            embedded = _embed_residual(branch, window, scored, network.config.window)
        else:
            embedded = _embed_evidence(branch, window, rows, scored)
        rows_of.append(branch.finish(embedded))
    return rows_of


def _embed_sequence(branch: SequenceBranch, track: Tensor, scored: Tensor, window: int) -> Tensor:
    """`SequenceBranch.embed` at the scored positions: max pooling at every offset, then one tap per pool."""
    features = F.relu(branch.convolution(track[None]))
    pooled = F.max_pool1d(features, branch.pool, stride=1)[0]
    return _linear_at(branch.linear, pooled, scored - window // 2, branch.pool)


def _embed_residual(branch: ResidualBranch, track: Tensor, scored: Tensor, window: int) -> Tensor:
    """`ResidualBranch.embed` at the scored positions: every layer at every offset, a pool between neighbours."""
    columns, starts = branch.columns(track[None], branch.pool)[0], scored - window // 2
    highest = _max_at(columns, starts, branch.linear.weight.shape[2], branch.pool)
    return _linear_at(branch.linear, columns, starts, branch.pool) + branch.anywhere(highest)


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
    weight = layer.weight.transpose(1, 2).flatten(1)
    windows = _gathered(track, starts, layer.weight.shape[2], step)
    return torch.cat([F.linear(some.flatten(1), weight, layer.bias) for some in windows])


def _max_at(track: Tensor, starts: Tensor, taps: int, step: int) -> Tensor:
    """Highest value of each channel over the windows that start at some columns of a track: (n, channels)."""
    if 2 * len(starts) >= track.shape[1]:
        return F.max_pool1d(track[None], taps, stride=1, dilation=step)[0][:, starts].T
    return torch.cat([some.amax(1) for some in _gathered(track, starts, taps, step)])


def _gathered(track: Tensor, starts: Tensor, taps: int, step: int) -> Iterator[Tensor]:
    """Windows of a track, some at a time: (n, taps, channels)."""
    columns = track.T.contiguous()  # so that a tap is one run of memory
    offsets = torch.arange(taps, device=track.device) * step
    for some in starts.split(GATHERED):
        yield columns[some[:, None] + offsets]
