"""The same network at every scored position of a tile, without materialising a window.

Equal to the windowed network (`models/network.py`) to rounding, at a fraction of its operations:

- a fully connected layer over a window is a convolution, and behind a pooling a dilated one; where it is long it is
  done in the frequency domain (`models/spectral.py`);
- the first convolution reads bases: it is looked up in tables, not multiplied (`kernels/triplet_convolution.py`);
- evidence that is constant over long runs (region types, CLIP sites) is summed from its changes; where a branch reads
  nothing else, it is worked out only where its window changes at all;
- batch normalisation is folded into the layer before it, and the shared layer into one part for each branch.

Tracks come with a column per position; from the first layer on everything has a row per position, so that a convolution
is one matrix product per tap, of rows that lie side by side. Where scored positions are sparse, the windows of those
few are gathered, behind the pooling only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.kernels.onehot import codes_of
from ideep_scan.kernels.piecewise_constant import by_steps, steps
from ideep_scan.kernels.triplet_convolution import highest_sums, triplet_tables
from ideep_scan.models.matrix_products import add_linear, linear
from ideep_scan.models.network import EvidenceBranch, IDeepNetwork, ResidualBranch, SequenceBranch, Tensors
from ideep_scan.models.spectral import SpectralConvolution

GATHERED = 512  # windows gathered at a time, so that they stay in the cache
SPARSE = 5  # positions of a track for each window of it from which gathering is faster, measured
LONG = 400  # taps x channels from which the frequency domain is faster, measured
FEW = 8  # positions for each change of a track from which sums of changes are faster, measured
Changes = tuple[np.ndarray, np.ndarray]  #: channel and column of each


class DenseNetwork:
    """A network made ready to score tiles, with copies of its weights: later changes do not reach it.

    Parameters
    ----------
    network : in evaluation mode, on the device and in the precision (float32, float64) to work in.
    direct : every layer as the plain sum that it is, which suits a GPU; None = there only.
    half : the longest sums, residual convolutions and the layer behind them, in bfloat16; the first two convolutions,
        whose rounding reaches the score most, and all else stay as they are.
    """

    def __init__(self, network: IDeepNetwork, direct: bool | None = None, half: bool = False):
        on_gpu = network.output.weight.device.type != "cpu"
        plain = on_gpu if direct is None else direct
        first_layer = network.shared[0]
        assert isinstance(first_layer, nn.Linear)
        self._bias, shared = _folded(network.shared[1], first_layer.bias, first_layer.weight)
        self._out_bias, self._out = _folded(None, network.output.bias, network.output.weight)
        self._window, self._without_own = network.config.window, network.without_own
        self._branches: dict[str, _Sequence | _Residual | _Evidence] = {}
        self._shared: dict[str, Tensor] = {}
        self._absent: dict[str, Part] = {}
        first = 0
        for name, branch in network.each_branch():
            absent = network.absent[name].detach()
            self._shared[name] = shared[:, first : first + len(absent)].contiguous()
            self._absent[name] = Part(linear(absent[None], self._shared[name]))
            first += len(absent)
            if isinstance(branch, SequenceBranch):
                self._branches[name] = _Sequence(branch, plain, half)
            elif isinstance(branch, ResidualBranch):
                self._branches[name] = _Residual(branch, plain, half)
            else:
                self._branches[name] = _Evidence(branch, plain)

    def logits(self, windows: Tensors, centres: Tensors, scored: Tensor) -> Tensor:
        """Log odds of a binding site at the scored positions of a tile: (n,); takes what `parts` takes."""
        return self.join(self.parts(windows, centres, scored)).expand(len(scored))

    @torch.inference_mode()
    def parts(self, windows: Tensors, centres: Tensors, scored: Tensor) -> dict[str, Part]:
        """What each branch adds to the shared layer at the scored positions of a tile.

        Parameters
        ----------
        windows : modality -> (channels, length), a column per position of the walk.
        centres : modality -> (values, n), a column per scored position.
        scored : int64 (n,), ascending indices of the scored positions. A modality in neither mapping is absent.

        Returns
        -------
        modality -> its part, in the order of the branches.
        """
        found, places = {}, _Places.of(scored)
        for name, branch in self._branches.items():
            window, centre = windows.get(name), centres.get(name)
            if window is None and centre is None:
                found[name] = self._absent[name]
            elif isinstance(branch, _Evidence):
                if name == "cobinding" and window is not None and centre is not None:
                    window, rows = self._without_own(window, centre.T)
                    centre = rows.T
                found[name] = branch(self._shared[name], window, centre, places)
            else:
                assert window is not None
                found[name] = Part(branch(window, places.before(self._window // 2)), self._shared[name])
        return found

    @torch.inference_mode()
    def join(self, parts: Mapping[str, Part], columns: Tensor | None = None, without: Collection[str] = ()) -> Tensor:
        """Log odds from the parts of all branches: (n,), or (1,) where all of them are the same.

        Parameters
        ----------
        columns : int64, of these positions only; None = of all.
        without : modalities to take as absent.
        """
        read = [self._absent[name] if name in without else part for name, part in parts.items()]
        if columns is not None:
            read = [part.at(columns) for part in read]
        total = _looked_up(self._bias, [part for part in read if part.weight is None])
        for part in read:
            if part.weight is not None:
                total = add_linear(total, part.rows, part.weight)
        return linear(total.relu_(), self._out, self._out_bias)[:, 0]


@dataclass(frozen=True)
class Part:
    """What a branch adds to the shared layer at n positions.

    Attributes
    ----------
    rows : with a weight (n, in), a row per position; without one (distinct, shared).
    weight : (shared, in), what the rows are still to be multiplied with; None = nothing.
    index : int64 (n,), the row that holds at each position; None = each has its own, or without a weight the only one.
    """

    rows: Tensor
    weight: Tensor | None = None
    index: Tensor | None = None

    def at(self, columns: Tensor) -> Part:
        """The part of these positions."""
        if self.weight is not None:
            return Part(self.rows[columns], self.weight)
        return self if self.index is None else Part(self.rows, index=self.index[columns])


def _looked_up(bias: Tensor, parts: Sequence[Part]) -> Tensor:
    """A bias and parts without weights, added up: (n, shared), or (1, shared) where each has one row."""
    total = bias[None]
    for part in parts:
        if part.index is None:
            total = total + part.rows
    places: list[Tensor] = []
    tables: list[Tensor] = []
    first = 0
    for part in parts:
        if part.index is not None:
            places.append(part.index + first)
            tables.append(part.rows if tables else part.rows + total)
            first += len(part.rows)
    return F.embedding_bag(torch.stack(places, 1), torch.cat(tables), mode="sum") if places else total


@dataclass(frozen=True)
class _Places:
    """Ascending positions of a track; `run` = they are neighbours."""

    columns: Tensor
    run: bool

    @classmethod
    def of(cls, columns: Tensor) -> _Places:
        return cls(columns, len(columns) > 0 and int(columns[-1] - columns[0]) + 1 == len(columns))

    def before(self, distance: int) -> _Places:
        return _Places(self.columns - distance, self.run)

    def at(self, rows: Tensor) -> Tensor:
        """The rows of these positions; no copy where they are neighbours."""
        return rows.narrow(0, int(self.columns[0]), len(self.columns)) if self.run else rows[self.columns]


class _Bases:
    """The first convolution, ReLU and a pooling at every offset: one-hot (4, length) -> rows (fewer, filters)."""

    def __init__(self, layer: nn.Conv1d, normal: nn.Module | None, pool: int, plain: bool):
        assert layer.bias is not None
        self._bias, self._weight = _folded(normal, layer.bias, layer.weight)
        self._pool, self._taps = pool, layer.weight.shape[2]
        self._tables = None if plain else triplet_tables(self._weight.numpy(), self._bias.numpy())

    def __call__(self, track: Tensor) -> Tensor:
        if self._tables is not None:
            codes = codes_of(track.numpy())
            if codes.min(initial=0) >= 0:
                return torch.from_numpy(highest_sums(codes, self._tables, self._taps, self._pool))
        return _highest(F.conv1d(track[None], self._weight, self._bias)[0].T.relu_(), self._pool, 1)


class _Convolution:
    """A convolution with the batch normalisation behind it, and ReLU: rows (length, channels) -> (fewer, out).

    `half`: it multiplies in bfloat16; what it reads and gives is as it was.
    """

    def __init__(self, layer: nn.Conv1d, normal: nn.Module | None, plain: bool, half: bool = False):
        assert layer.bias is not None
        bias, weight = _folded(normal, layer.bias, layer.weight)
        dtype = torch.bfloat16 if half else weight.dtype
        self._weight, self._bias = weight.to(dtype), bias
        self._taps = None if plain or half else [tap.contiguous() for tap in weight.unbind(2)]

    def __call__(self, rows: Tensor, dilation: int = 1) -> Tensor:
        if self._taps is None:
            read = rows.T[None].to(self._weight.dtype)
            return F.conv1d(read, self._weight, dilation=dilation)[0].T.to(rows.dtype).add_(self._bias).relu_()
        count = len(rows) - (len(self._taps) - 1) * dilation
        total = linear(rows[:count], self._taps[0], self._bias)
        for tap, weight in enumerate(self._taps[1:], 1):
            total = add_linear(total, rows[tap * dilation :][:count], weight)
        return total.relu_()


class _WindowLayer:
    """A layer over the window that starts at each of some places, a tap every `step` positions.

    `half`: it multiplies in bfloat16; what it reads and gives is as it was.
    """

    def __init__(self, weight: Tensor, bias: Tensor, step: int, plain: bool, half: bool = False):
        if half:
            plain, weight = True, weight.bfloat16()
        self.bias, self.step, self.taps, self._weight = bias, step, weight.shape[2], weight
        self._by_tap = weight.transpose(1, 2).flatten(1).contiguous()
        self._by_channel, self._plain = weight.flatten(1).contiguous(), plain
        long = not plain and weight.shape[1] * self.taps >= LONG
        self._long = SpectralConvolution(weight, bias, step) if long else None

    def __call__(self, rows: Tensor, starts: _Places) -> Tensor:
        """(length, channels) and n places -> (n, out): a convolution, or where few places start one, of those few."""
        if self._weight.dtype == rows.dtype:
            return self._at(rows, starts, self.bias)
        return self._at(rows.to(self._weight.dtype), starts, None).to(rows.dtype).add_(self.bias)

    def _at(self, rows: Tensor, starts: _Places, bias: Tensor | None) -> Tensor:
        columns = starts.columns
        if SPARSE * len(columns) < len(rows):
            rows, offsets = rows.contiguous(), torch.arange(self.taps, device=rows.device) * self.step
            read = ((some[:, None] + offsets).flatten() for some in columns.split(GATHERED))
            windows = (rows.index_select(0, places).view(-1, self._by_tap.shape[1]) for places in read)
            return torch.cat([linear(some, self._by_tap, bias) for some in windows])
        if self._long is not None:
            return starts.at(self._long(rows))
        if self._plain or self.step > 1:
            return starts.at(F.conv1d(rows.T[None], self._weight, bias, dilation=self.step)[0].T)
        return linear(starts.at(rows.unfold(0, self.taps, 1)).reshape(len(columns), -1), self._by_channel, bias)


class _Sequence:
    """`SequenceBranch` at the windows that start at some places: pooling at every offset, then one tap per pool."""

    def __init__(self, branch: SequenceBranch, plain: bool, half: bool):
        self._bases = _Bases(branch.convolution, None, branch.pool, plain)
        bias, weight = _folded(branch.finish[0], branch.linear.bias, branch.linear.weight)
        self._linear = _WindowLayer(weight, bias, branch.pool, plain, half)

    def __call__(self, track: Tensor, starts: _Places) -> Tensor:
        return self._linear(self._bases(track), starts).relu_()


class _Residual:
    """`ResidualBranch` at the windows that start at some places: every layer at every offset."""

    def __init__(self, branch: ResidualBranch, plain: bool, half: bool):
        self._pool, self._dilations = branch.pool, branch.dilations
        self._bases = _Bases(branch.convolution, branch.normal, branch.pool, plain)
        self._narrow = _Convolution(branch.narrow, branch.narrow_normal, plain)
        self._residual = []
        for layer, normal in zip(branch.residual, branch.residual_normal, strict=True):
            assert isinstance(layer, nn.Conv1d)
            self._residual.append(_Convolution(layer, normal, plain, half))
        linear, anywhere = branch.linear, branch.anywhere.weight
        bias, weight, self._anywhere = _folded(branch.finish[0], linear.bias, linear.weight, anywhere)
        self._linear = _WindowLayer(weight, bias, branch.pool, plain, half)

    def __call__(self, track: Tensor, starts: _Places) -> Tensor:
        rows = self._narrow(self._bases(track), self._pool)
        for layer, dilation in zip(self._residual, self._dilations, strict=True):
            step = dilation * self._pool
            rows = layer(rows, step).add_(rows[step:-step])
        highest = starts.at(_highest(rows, self._linear.taps, self._pool))
        return add_linear(self._linear(rows, starts), highest, self._anywhere).relu_()


class _Evidence:
    """`EvidenceBranch` at some places, and what it adds to the shared layer."""

    def __init__(self, branch: EvidenceBranch, plain: bool):
        window, centre = branch.window, branch.centre
        parts = [part for part in (window, centre) if part is not None]
        bias = sum((part.bias.detach() for part in parts[1:]), parts[0].bias.detach())
        self._bias, *weights = _folded(branch.finish[0], bias, *(part.weight for part in parts))
        self._window = None if window is None else _WindowLayer(weights[0], self._bias, 1, plain)
        self._centre = None if centre is None else weights[-1]
        second = branch.finish[1]
        assert isinstance(second, nn.Linear)
        self._second_bias, self._second = _folded(branch.finish[2], second.bias, second.weight)
        self._plain = plain
        # what a value adds that holds from a tap to the end of the window: (channels, taps, outputs)
        self._onward = None if window is None else weights[0].flip(2).cumsum(2).flip(2).permute(1, 2, 0).contiguous()

    def __call__(self, shared: Tensor, track: Tensor | None, centre: Tensor | None, scored: _Places) -> Part:
        """(channels, length), (values, n) and n places -> the part; one row where all windows are equal."""
        count = len(scored.columns)
        if self._window is None or track is None:
            return Part(self._finished(None, centre), shared)
        starts = scored.before(self._window.taps // 2)
        changes = None if self._plain else _changes(track, count // FEW)
        if changes is None:
            return Part(self._finished(self._window(track.T, starts), centre), shared)
        if centre is not None and not _constant(centre):
            return Part(self._finished(self._by_changes(track, starts.columns, changes), centre), shared)
        new = _new_windows(changes[1], starts.columns, self._window.taps, track.shape[1])
        one = None if centre is None else centre[:, :1]
        out = linear(self._finished(self._by_changes(track, starts.columns[new], changes), one), shared)
        return Part(out, index=None if len(out) == 1 else new.cumsum(0) - 1)

    def _finished(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """What is behind the window layer, given what it makes of the windows."""
        if centre is None or self._centre is None:
            assert window is not None
            first = window
        elif window is None:
            first = linear(centre.T, self._centre, self._bias)
        elif centre.shape[1] == len(window):
            first = add_linear(window, centre.T, self._centre)
        else:
            first = window.add_(linear(centre.T, self._centre))
        return linear(first.relu_(), self._second, self._second_bias, relu=True)

    def _by_changes(self, track: Tensor, starts: Tensor, changes: Changes) -> Tensor:
        """The window layer of a track of few changes, at the windows that begin at some columns."""
        assert self._window is not None
        assert self._onward is not None
        read = (track.numpy(), *changes, starts.numpy(), self._onward.numpy(), self._window.bias.numpy())
        return torch.from_numpy(by_steps(*read))


def _folded(normal: nn.Module | None, bias: Tensor, *weights: Tensor) -> tuple[Tensor, ...]:
    """Layers that are added up, as they are with the batch normalisation behind them, worked out in double precision.

    Returns
    -------
    bias (out,), and each of the weights (out, ...).
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


def _highest(rows: Tensor, taps: int, step: int) -> Tensor:
    """Highest value over `taps` rows, `step` apart, from each row on: (length - (taps - 1) * step, channels)."""
    covered = 1
    while covered < taps:
        more = min(covered, taps - covered)
        rows = torch.maximum(rows[: -more * step], rows[more * step :])
        covered += more
    return rows


def _changes(track: Tensor, most: int) -> Changes | None:
    """Channels and columns at which a track differs from the column before; None = at more than `most`."""
    channels, columns, all_of_them = steps(track.numpy(), most)
    return (channels, columns) if all_of_them else None


def _constant(centre: Tensor) -> bool:
    """Whether all columns are equal; most that are not differ at their ends already."""
    return torch.equal(centre[:, 0], centre[:, -1]) and bool((centre == centre[:, :1]).all())


def _new_windows(columns: np.ndarray, starts: Tensor, taps: int, length: int) -> Tensor:
    """Whether the window of each start differs from that of the start before, given the columns of all changes."""
    changed = torch.zeros(length + 1, dtype=torch.int64)
    changed[torch.from_numpy(columns) + 1] = 1
    before = changed.cumsum(0)  # at i: changed columns before column i
    new = before[starts + taps] > before[starts]
    new[0] = True
    new[1:] |= starts[1:] != starts[:-1] + 1
    return new
