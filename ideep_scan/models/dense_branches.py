"""Branches of the dense network, and the part that each of them adds to the shared layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ideep_scan.kernels.piecewise_constant import find_changes, sum_windows
from ideep_scan.models.dense_layers import (
    Convolution,
    FirstConvolution,
    Positions,
    WindowLayer,
    Windows,
    compute_rolling_maximum,
    fold_normalisation,
)
from ideep_scan.models.matrix_products import add_linear, apply_linear
from ideep_scan.models.network import EvidenceBranch, ResidualBranch, SequenceBranch

FEW = 8  # positions per change of a track from which summing changes is faster (measured)
Changes = tuple[np.ndarray, np.ndarray]  #: channel and column of each change


@dataclass(frozen=True)
class Part:
    """The part that a branch adds to the shared layer at n positions.

    Attributes
    ----------
    rows : Tensor
        (n, shared), a row per position; (1, shared) if all positions have the same; (distinct, shared) with an index.
    index : Tensor or None
        Int64 (n,), the row of each position; None without an index.
    """

    rows: Tensor
    index: Tensor | None = None

    def select(self, columns: Tensor) -> Part:
        """Return the part at these positions, int64 (m,)."""
        if self.index is not None:
            return Part(self.rows, self.index[columns])
        return self if len(self.rows) == 1 else Part(self.rows[columns])


class DenseSequence:
    """`SequenceBranch` for windows of a track: pooling at every offset, then one tap per pool.

    Windows that hardly overlap are computed one by one; they have fewer pools than the track has offsets.
    """

    def __init__(self, branch: SequenceBranch, *, plain: bool, half: bool):
        self._first = FirstConvolution(branch.convolution, None, branch.pool, plain=plain)
        bias, weight = fold_normalisation(branch.finish[0], branch.linear.bias, branch.linear.weight)
        self._linear = WindowLayer(weight, bias, branch.pool, plain=plain, half=half)

    def __call__(self, track: Tensor, starts: Positions) -> Tensor:
        """Compute the rows of the windows that begin at n positions: (4, length) -> (n, sequence_hidden)."""
        pools = self._linear.taps
        if len(starts.columns) * pools < track.shape[1]:
            blocks = self._first.each_block(track, starts.columns, pools)
            return torch.cat([self._linear.multiply_windows(windows).relu_() for windows in blocks])
        return self._linear(self._first(track), starts).relu_()


class DenseResidual:
    """`ResidualBranch` for windows of a track: every layer at every offset.

    Windows that hardly overlap are computed one by one, as in `DenseSequence`.
    """

    def __init__(self, branch: ResidualBranch, *, plain: bool, half: bool):
        self._pool = branch.pool
        self._dilations = branch.dilations
        self._first = FirstConvolution(branch.convolution, branch.normal, branch.pool, plain=plain)
        self._narrow = Convolution(branch.narrow, branch.narrow_normal, plain=plain)
        self._residual = []
        for layer, normal in zip(branch.residual, branch.residual_normal, strict=True):
            assert isinstance(layer, nn.Conv1d)
            self._residual.append(Convolution(layer, normal, plain=plain, half=half))
        bias, weight, self._anywhere = fold_normalisation(
            branch.finish[0], branch.linear.bias, branch.linear.weight, branch.anywhere.weight
        )
        self._linear = WindowLayer(weight, bias, branch.pool, plain=plain, half=half)

    def __call__(self, track: Tensor, starts: Positions) -> Tensor:
        """Compute the rows of the windows that begin at n positions: (4, length) -> (n, sequence_hidden)."""
        pools = self._linear.taps + 2 + 2 * sum(self._dilations)
        if len(starts.columns) * pools < track.shape[1]:
            blocks = self._first.each_block(track, starts.columns, pools)
            return torch.cat([self._compute_windows(windows) for windows in blocks])
        rows = self._deepen(self._first(track), self._pool)
        highest = starts.select(compute_rolling_maximum(rows, self._linear.taps, self._pool))
        return add_linear(self._linear(rows, starts), highest, self._anywhere).relu_()

    def _compute_windows(self, windows: Windows) -> Tensor:
        """Compute the rows of single windows: (n, sequence_hidden)."""
        deep = replace(windows, rows=self._deepen(windows.rows, windows.count, recurs=windows.full))
        highest = deep.by_column().amax(0)
        return add_linear(self._linear.multiply_windows(deep), highest, self._anywhere, recurs=windows.full).relu_()

    def _deepen(self, rows: Tensor, pool: int, *, recurs: bool = False) -> Tensor:
        """Apply the residual convolutions to rows whose pools are `pool` rows apart."""
        rows = self._narrow(rows, pool, recurs=recurs)
        for layer, dilation in zip(self._residual, self._dilations, strict=True):
            step = dilation * pool
            rows = layer(rows, step, recurs=recurs).add_(rows[step:-step])
        return rows


class DenseEvidence:
    """`EvidenceBranch` at positions of a track, with the part that it adds to the shared layer."""

    def __init__(self, branch: EvidenceBranch, *, plain: bool):
        window, centre = branch.window, branch.centre
        layers = [layer for layer in (window, centre) if layer is not None]
        bias = sum((layer.bias.detach() for layer in layers[1:]), layers[0].bias.detach())
        self._bias, *weights = fold_normalisation(branch.finish[0], bias, *(layer.weight for layer in layers))
        self._window = None if window is None else WindowLayer(weights[0], self._bias, 1, plain=plain)
        self._centre = None if centre is None else weights[-1]
        second = branch.finish[1]
        assert isinstance(second, nn.Linear)
        self._second_bias, self._second = fold_normalisation(branch.finish[2], second.bias, second.weight)
        self._plain = plain
        # The sum of a channel's weights from each tap to the end of the window: (channels, taps, outputs).
        self._onward = None if window is None else weights[0].flip(2).cumsum(2).flip(2).permute(1, 2, 0).contiguous()

    def __call__(self, shared: Tensor, track: Tensor | None, centre: Tensor | None, scored: Positions) -> Part:
        """Compute the part at n positions; it has one row if all windows are equal.

        Parameters
        ----------
        shared : Tensor
            (shared, hidden), this branch's weights in the shared layer.
        track : Tensor or None
            (channels, length), a column per position of the walk.
        centre : Tensor or None
            (values, n), a column per scored position.
        scored : Positions
            The n positions.

        Returns
        -------
        Part
            The part at the scored positions.
        """
        if self._window is None or track is None:
            return Part(apply_linear(self._finish(None, centre), shared))
        starts = scored.shift_left(self._window.taps // 2)
        changes = None if self._plain else _find_changes(track, len(scored.columns) // FEW)
        if changes is None:
            return Part(apply_linear(self._finish(self._window(track.T, starts), centre), shared))
        if centre is not None and not _is_constant(centre):
            windows = self._sum_changes(track, starts.columns, changes)
            return Part(apply_linear(self._finish(windows, centre), shared))
        new = _mark_new_windows(changes[1], starts.columns, self._window.taps, length=track.shape[1])
        first_centre = None if centre is None else centre[:, :1]
        windows = self._sum_changes(track, starts.columns[new], changes)
        rows = apply_linear(self._finish(windows, first_centre), shared)
        return Part(rows, None if len(rows) == 1 else new.cumsum(0) - 1)

    def _finish(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """Apply the centre layer and all that follows to the output of the window layer."""
        if centre is None or self._centre is None:
            assert window is not None
            first = window
        elif window is None:
            first = apply_linear(centre.T, self._centre, self._bias)
        elif centre.shape[1] == len(window):
            first = add_linear(window, centre.T, self._centre)
        else:
            first = window.add_(apply_linear(centre.T, self._centre))
        return apply_linear(first.relu_(), self._second, self._second_bias, relu=True)

    def _sum_changes(self, track: Tensor, starts: Tensor, changes: Changes) -> Tensor:
        """Compute the window layer from the changes of a track, at the windows that begin at `starts`."""
        assert self._window is not None
        assert self._onward is not None
        channels, columns = changes
        rows = sum_windows(
            track.numpy(),
            channels=channels,
            columns=columns,
            starts=starts.numpy(),
            onward=self._onward.numpy(),
            bias=self._window.bias.numpy(),
        )
        return torch.from_numpy(rows)


def _find_changes(track: Tensor, limit: int) -> Changes | None:
    """List channel and column of each change along a track; None if there are more than `limit`."""
    channels, columns, complete = find_changes(track.numpy(), limit)
    return (channels, columns) if complete else None


def _is_constant(centre: Tensor) -> bool:
    """Tell whether all columns are equal; comparing the two ends first settles most cases."""
    return torch.equal(centre[:, 0], centre[:, -1]) and bool((centre == centre[:, :1]).all())


def _mark_new_windows(columns: np.ndarray, starts: Tensor, taps: int, *, length: int) -> Tensor:
    """Mark each window that differs from the window of the start before.

    Parameters
    ----------
    columns : np.ndarray
        Int64, the columns of all changes.
    starts : Tensor
        Int64 (n,), first columns of the windows.
    taps : int
        Width of a window.
    length : int
        Columns of the track.

    Returns
    -------
    Tensor
        Bool (n,); the first is True.
    """
    changed = torch.zeros(length + 1, dtype=torch.int64)
    changed[torch.from_numpy(columns) + 1] = 1
    before = changed.cumsum(0)  # at i: changed columns before column i
    new = before[starts + taps] > before[starts]
    new[0] = True
    new[1:] |= starts[1:] != starts[:-1] + 1
    return new
