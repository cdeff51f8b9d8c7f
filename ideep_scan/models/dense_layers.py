"""Layers of the dense network: the first convolution, dilated convolutions, and a layer over a window.

Tracks come with a column per position.
Behind the first layer everything has a row per position.
So a convolution is one matrix product per tap, of rows that are neighbours in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.kernels.onehot import decode_onehot
from ideep_scan.kernels.triplet_convolution import (
    compute_triplet_tables,
    convolve_and_pool,
    convolve_and_pool_windows,
)
from ideep_scan.models.matrix_products import add_linear, apply_linear
from ideep_scan.models.spectral import SpectralConvolution

WINDOWS = 64  # single windows computed together on a CPU, so that their rows stay in the processor's cache
PLAIN_WINDOWS = 4096  # on a GPU
GATHERED = 512  # windows gathered at a time, so that they stay in the processor's cache
SPARSE = 5  # positions of a track per window from which gathering is faster (measured)
LONG = 400  # taps x channels from which the frequency domain is faster (measured)


@dataclass(frozen=True)
class Positions:
    """Ascending positions of a track.

    Attributes
    ----------
    columns : Tensor
        Int64 (n,), the positions.
    contiguous : bool
        True if each position is the one after its predecessor.
    """

    columns: Tensor
    contiguous: bool

    @classmethod
    def of(cls, columns: Tensor) -> Positions:
        """Wrap ascending positions."""
        return cls(columns, len(columns) > 0 and int(columns[-1] - columns[0]) + 1 == len(columns))

    def shift_left(self, distance: int) -> Positions:
        """Return the positions `distance` columns further to the left."""
        return Positions(self.columns - distance, self.contiguous)

    def select(self, rows: Tensor) -> Tensor:
        """Return the rows of these positions, without a copy if they are contiguous."""
        return rows.narrow(0, int(self.columns[0]), len(self.columns)) if self.contiguous else rows[self.columns]


@dataclass(frozen=True)
class Windows:
    """Rows of single windows: the first row of each window, then the second of each, and so on.

    So they are a track whose neighbouring taps are `count` rows apart.

    Attributes
    ----------
    rows : Tensor
        (columns * count, channels).
    count : int
        Number of windows.
    full : bool
        True if most blocks of windows have this number.
    """

    rows: Tensor
    count: int
    full: bool

    def by_column(self) -> Tensor:
        """Return the rows as (columns, count, channels)."""
        return self.rows.view(-1, self.count, self.rows.shape[1])


class FirstConvolution:
    """The first convolution, ReLU and pooling at every offset: one-hot (4, length) -> rows (fewer, filters).

    Parameters
    ----------
    layer : nn.Conv1d
        The convolution.
    normal : nn.Module or None
        The batch normalisation behind it.
    pool : int
        Width of the pooling.
    plain : bool
        Multiply the bases instead of looking them up in tables.
    """

    def __init__(self, layer: nn.Conv1d, normal: nn.Module | None, pool: int, *, plain: bool):
        assert layer.bias is not None
        self._bias, self._weight = fold_normalisation(normal, layer.bias, layer.weight)
        self._pool = pool
        self._taps = layer.weight.shape[2]
        self._tables = None if plain else compute_triplet_tables(self._weight.numpy(), self._bias.numpy())

    def __call__(self, track: Tensor) -> Tensor:
        """Compute the rows of a track."""
        if self._tables is not None:
            codes = decode_onehot(track.numpy())
            if codes.min(initial=0) >= 0:
                return torch.from_numpy(convolve_and_pool(codes, self._tables, self._taps, self._pool))
        return compute_rolling_maximum(F.conv1d(track[None], self._weight, self._bias)[0].T.relu_(), self._pool, 1)

    def each_block(self, track: Tensor, starts: Tensor, columns: int) -> Iterator[Windows]:
        """Compute the rows of single windows, in blocks.

        Parameters
        ----------
        track : Tensor
            (4, length).
        starts : Tensor
            Int64 (n,), the first column of each window.
        columns : int
            Pools of a window.

        Yields
        ------
        Windows
            Consecutive windows; all blocks but the last have the same number.
        """
        codes = None if self._tables is None else decode_onehot(track.numpy())
        looked_up = codes is not None and codes.min(initial=0) >= 0
        size = PLAIN_WINDOWS if self._tables is None else WINDOWS
        for block in starts.split(size):
            if looked_up:
                rows = torch.from_numpy(
                    convolve_and_pool_windows(codes, block.numpy(), self._tables, self._taps, self._pool, columns)
                )
            else:
                bases = torch.arange(columns * self._pool + self._taps - 1, device=track.device)
                windows = track[:, block[:, None] + bases].transpose(0, 1)
                rows = F.max_pool1d(F.conv1d(windows, self._weight, self._bias).relu_(), self._pool).permute(2, 0, 1)
            yield Windows(rows.flatten(0, 1), len(block), len(block) == size)


class Convolution:
    """A convolution with its batch normalisation and ReLU: rows (length, channels) -> (fewer, outputs).

    Parameters
    ----------
    layer : nn.Conv1d
        The convolution.
    normal : nn.Module or None
        The batch normalisation behind it.
    plain : bool
        Call torch's convolution instead of one matrix product per tap.
    half : bool
        Multiply in bfloat16; input and output keep their precision.
    """

    def __init__(self, layer: nn.Conv1d, normal: nn.Module | None, *, plain: bool, half: bool = False):
        assert layer.bias is not None
        bias, weight = fold_normalisation(normal, layer.bias, layer.weight)
        self._weight = weight.to(torch.bfloat16 if half else weight.dtype)
        self._bias = bias
        self._taps = None if plain or half else [tap.contiguous() for tap in weight.unbind(2)]

    def __call__(self, rows: Tensor, dilation: int = 1, *, recurs: bool = False) -> Tensor:
        """Convolve rows, with `dilation` rows between neighbouring taps; `recurs` is as for `apply_linear`."""
        if self._taps is None:
            columns = rows.T[None].to(self._weight.dtype)
            return F.conv1d(columns, self._weight, dilation=dilation)[0].T.to(rows.dtype).add_(self._bias).relu_()
        count = len(rows) - (len(self._taps) - 1) * dilation
        total = apply_linear(rows[:count], self._taps[0], self._bias, recurs=recurs)
        for tap, weight in enumerate(self._taps[1:], 1):
            total = add_linear(total, rows[tap * dilation :][:count], weight, recurs=recurs)
        return total.relu_()


class WindowLayer:
    """A fully connected layer over the windows that start at given positions.

    Parameters
    ----------
    weight : Tensor
        (outputs, channels, taps).
    bias : Tensor
        (outputs,).
    step : int
        Positions between neighbouring taps.
    plain : bool
        Call torch's convolution, never the frequency domain.
    half : bool
        Multiply in bfloat16; input and output keep their precision.
    """

    def __init__(self, weight: Tensor, bias: Tensor, step: int, *, plain: bool, half: bool = False):
        if half:
            plain = True
            weight = weight.bfloat16()
        self.bias = bias
        self.step = step
        self.taps = weight.shape[2]
        self._weight = weight
        self._by_tap = weight.transpose(1, 2).flatten(1).contiguous()
        self._by_channel = weight.flatten(1).contiguous()
        self._plain = plain
        long = not plain and weight.shape[1] * self.taps >= LONG
        self._spectral = SpectralConvolution(weight, bias, step) if long else None

    def __call__(self, rows: Tensor, starts: Positions) -> Tensor:
        """Compute the layer at n windows: (length, channels) -> (n, outputs).

        Few windows are gathered one by one; many are computed by a convolution.
        """
        if self._weight.dtype == rows.dtype:
            return self._multiply(rows, starts, self.bias)
        return self._multiply(rows.to(self._weight.dtype), starts, None).to(rows.dtype).add_(self.bias)

    def multiply_windows(self, windows: Windows) -> Tensor:
        """Compute the layer at single windows: (n, outputs)."""
        rows = windows.by_column().transpose(0, 1).flatten(1)
        if self._weight.dtype == rows.dtype:
            return apply_linear(rows, self._by_tap, self.bias, recurs=windows.full)
        return apply_linear(rows.to(self._weight.dtype), self._by_tap).to(rows.dtype).add_(self.bias)

    def _multiply(self, rows: Tensor, starts: Positions, bias: Tensor | None) -> Tensor:
        columns = starts.columns
        if SPARSE * len(columns) < len(rows):
            return self._gather(rows.contiguous(), columns, bias)
        if self._spectral is not None:
            return starts.select(self._spectral(rows))
        if self._plain or self.step > 1:
            return starts.select(F.conv1d(rows.T[None], self._weight, bias, dilation=self.step)[0].T)
        return apply_linear(
            starts.select(rows.unfold(0, self.taps, 1)).reshape(len(columns), -1), self._by_channel, bias
        )

    def _gather(self, rows: Tensor, columns: Tensor, bias: Tensor | None) -> Tensor:
        """Copy each window out of the rows, then multiply."""
        offsets = torch.arange(self.taps, device=rows.device) * self.step
        indices = ((starts[:, None] + offsets).flatten() for starts in columns.split(GATHERED))
        batches = (rows.index_select(0, index).view(-1, self._by_tap.shape[1]) for index in indices)
        return torch.cat([apply_linear(windows, self._by_tap, bias) for windows in batches])


def fold_normalisation(normal: nn.Module | None, bias: Tensor, *weights: Tensor) -> tuple[Tensor, ...]:
    """Fold a batch normalisation into the layers before it, in double precision.

    Parameters
    ----------
    normal : nn.Module or None
        The batch normalisation, or a sequence that holds one; None copies bias and weights.
    bias : Tensor
        (outputs,), the bias of the sum of all layers.
    *weights : Tensor
        (outputs, ...), the weights of layers whose outputs are summed.

    Returns
    -------
    tuple[Tensor, ...]
        The bias (outputs,), then each of the weights (outputs, ...).
    """
    if normal is None:
        return bias.detach().clone(), *(weight.detach().clone() for weight in weights)
    normal = next(layer for layer in normal.modules() if isinstance(layer, nn.BatchNorm1d))
    assert normal.running_mean is not None
    assert normal.running_var is not None
    scale = normal.weight.detach().double() / torch.sqrt(normal.running_var.double() + normal.eps)
    shift = (bias.detach().double() - normal.running_mean.double()) * scale + normal.bias.detach().double()
    scaled = [(w.detach().double() * scale.view(-1, *[1] * (w.dim() - 1))).to(w.dtype) for w in weights]
    return shift.to(bias.dtype), *scaled


def compute_rolling_maximum(rows: Tensor, taps: int, step: int) -> Tensor:
    """Take the highest of `taps` rows, `step` apart, from each row on: (length - (taps - 1) * step, channels)."""
    covered = 1
    while covered < taps:
        shift = min(covered, taps - covered)
        rows = torch.maximum(rows[: -shift * step], rows[shift * step :])
        covered += shift
    return rows
