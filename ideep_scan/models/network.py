"""iDeep's network (Pan & Shen 2017, BMC Bioinformatics 18:136) with its configuration beside it.

A convolutional branch reads the sequence, a deep-belief branch of two fully connected layers reads each other kind
of evidence, a shared layer joins them. Beyond the paper: a branch whose evidence is absent gives a learned vector.
Every branch is an `embed` (from evidence to rows) and a `finish` (row by row), so that `models/dense.py` can
replace the first and keep the second. It knows nothing of files, tiles or genomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.features.spec import MODALITIES

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network.

    Attributes
    ----------
    window_shapes : modality -> channels and width of its window tensor, for all but the sequence.
    centre_sizes : modality -> number of its centre values.
    hidden : modality -> width of its two fully connected layers.
    window : width of the sequence window, nt.
    filters, filter_width, pool, sequence_hidden : the convolutional branch.
    channels, dilations : channels of the residual convolutions behind the pooling, and their dilations in pools;
        0 channels = none, the branch of the paper.
    shared : width of the shared layer.
    own_experiments : co-binding channels of the model's own protein, which it never reads.
    """

    window_shapes: Mapping[str, tuple[int, int]]
    centre_sizes: Mapping[str, int]
    hidden: Mapping[str, int]
    window: int = 101
    filters: int = 102
    filter_width: int = 10
    pool: int = 3
    sequence_hidden: int = 102
    channels: int = 0
    dilations: tuple[int, ...] = (1, 2)
    shared: int = 128
    dropout: float = 0.5
    own_experiments: tuple[int, ...] = ()

    @property
    def pooled(self) -> int:
        """Number of pooled positions of a window; what does not fill a pool is left out."""
        return (self.window - self.filter_width + 1) // self.pool


class WindowLinear(nn.Module):
    """A fully connected layer over a window (channels, width), kept in the shape of a convolution's kernel."""

    def __init__(self, channels: int, width: int, out: int):
        super().__init__()
        flat = nn.Linear(channels * width, out)
        self.weight = nn.Parameter(flat.weight.detach().reshape(out, channels, width))
        self.bias = nn.Parameter(flat.bias.detach())

    def forward(self, windows: Tensor) -> Tensor:
        """(n, channels, width) -> (n, out)."""
        return F.linear(windows.flatten(1), self.weight.flatten(1), self.bias)


class Finish(nn.Sequential):
    """Batch normalisation, ReLU and dropout, row by row."""

    def __init__(self, width: int, dropout: float):
        super().__init__(nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout))


class SequenceBranch(nn.Module):
    """Valid convolution, ReLU, max pooling, dropout and a fully connected layer over the one-hot sequence."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.pool = config.pool
        self.convolution = nn.Conv1d(4, config.filters, config.filter_width)
        self.dropout = nn.Dropout(config.dropout)
        self.linear = WindowLinear(config.filters, config.pooled, config.sequence_hidden)
        self.finish = Finish(config.sequence_hidden, config.dropout)

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """(n, 4, width) -> (n, sequence_hidden); it has no centre values."""
        return self.linear(self.dropout(F.max_pool1d(F.relu(self.convolution(window)), self.pool)))


class ResidualBranch(nn.Module):
    """Beyond the paper: residual convolutions behind the pooling, then where in the window and what anywhere in it.

    A fully connected layer reads the columns by their place, another one the highest value of each channel. Nothing is
    padded: every convolution shortens the window.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        channels, self.pool = config.channels, config.pool
        self.convolution = nn.Conv1d(4, config.filters, config.filter_width)
        self.normal = nn.BatchNorm1d(config.filters)
        self.narrow = nn.Conv1d(config.filters, channels, 3)
        self.narrow_normal = nn.BatchNorm1d(channels)
        self.residual = nn.ModuleList(nn.Conv1d(channels, channels, 3) for _ in config.dilations)
        self.residual_normal = nn.ModuleList(nn.BatchNorm1d(channels) for _ in config.dilations)
        self.dilations = config.dilations
        self.light, self.dropout = nn.Dropout(0.4 * config.dropout), nn.Dropout(config.dropout)
        self.linear = WindowLinear(channels, config.pooled - 2 - 2 * sum(config.dilations), config.sequence_hidden)
        self.anywhere = nn.Linear(channels, config.sequence_hidden, bias=False)
        self.finish = Finish(config.sequence_hidden, config.dropout)

    def columns(self, sequence: Tensor, spread: int) -> Tensor:
        """(n, 4, length) -> (n, channels, columns).

        Parameters
        ----------
        spread : 1 = a column per pool, for one window; `pool` = a column per position, neighbours a pool apart.
        """
        features = F.relu(self.normal(self.convolution(sequence)))
        out = self.light(F.max_pool1d(features, self.pool, stride=self.pool // spread))
        out = F.relu(self.narrow_normal(F.conv1d(out, self.narrow.weight, self.narrow.bias, dilation=spread)))
        for layer, normal, dilation in zip(self.residual, self.residual_normal, self.dilations, strict=True):
            assert isinstance(layer, nn.Conv1d)
            step = dilation * spread
            deeper = F.conv1d(out, layer.weight, layer.bias, dilation=step)
            out = out[:, :, step:-step] + F.relu(normal(deeper))
        return out

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """(n, 4, width) -> (n, sequence_hidden); it has no centre values."""
        assert window is not None
        columns = self.columns(window, 1)
        return self.linear(self.dropout(columns)) + self.anywhere(self.dropout(columns.amax(2)))


class EvidenceBranch(nn.Module):
    """Two fully connected layers over a window tensor, a centre tensor or both together."""

    def __init__(self, window_shape: tuple[int, int] | None, centre_size: int | None, hidden: int, dropout: float):
        super().__init__()
        self.window = None if window_shape is None else WindowLinear(*window_shape, hidden)
        self.centre = None if centre_size is None else nn.Linear(centre_size, hidden)
        self.finish = nn.Sequential(Finish(hidden, dropout), nn.Linear(hidden, hidden), Finish(hidden, dropout))

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """(n, channels, width) and (n, values) -> (n, hidden)."""
        parts = []
        if self.window is not None:
            parts.append(self.window(window))
        if self.centre is not None:
            parts.append(self.centre(centre))
        return sum(parts[1:], parts[0])


Branch = SequenceBranch | ResidualBranch | EvidenceBranch


class IDeepNetwork(nn.Module):
    """The whole network; `forward` reads materialised windows (training), `models/dense.py` whole tiles."""

    own: Tensor

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.branches = nn.ModuleDict(
            {"sequence": ResidualBranch(config) if config.channels else SequenceBranch(config)}
        )
        widths = {"sequence": config.sequence_hidden}
        for name in sorted(config.hidden, key=MODALITIES.index):  # a file keeps no order of names, the join needs one
            hidden, shape, size = config.hidden[name], config.window_shapes.get(name), config.centre_sizes.get(name)
            self.branches[name] = EvidenceBranch(shape, size, hidden, config.dropout)
            widths[name] = hidden
        self.absent = nn.ParameterDict({name: nn.Parameter(torch.zeros(width)) for name, width in widths.items()})
        self.shared = nn.Sequential(
            nn.Linear(sum(widths.values()), config.shared), Finish(config.shared, config.dropout)
        )
        self.output = nn.Linear(config.shared, 1)
        own = torch.zeros(config.centre_sizes.get("cobinding", 0))
        own[list(config.own_experiments)] = 1.0
        self.register_buffer("own", own, persistent=False)

    def each_branch(self) -> Iterator[tuple[str, Branch]]:
        """Modality and branch, in the order in which their rows are joined."""
        for name, branch in self.branches.items():
            yield name, cast(Branch, branch)

    def forward(self, windows: Tensors, centres: Tensors, present: Tensors) -> Tensor:
        """Logits of materialised windows.

        Parameters
        ----------
        windows : modality -> (n, channels, width).
        centres : modality -> (n, values).
        present : modality -> bool (n,): whether a row has this evidence. A modality that is not named has none.
            Absent rows get the learned vector and take no part in the branch's batch statistics.

        Returns
        -------
        (n,) log odds of a binding site, at the training mix of classes.
        """
        rows = next(iter(windows.values())).shape[0]
        joined = []
        for name, branch in self.each_branch():
            out = self.absent[name].expand(rows, -1)
            here = present.get(name)
            enough = 1 if self.training else 0  # batch statistics of a single row are no statistics
            if here is not None and int(here.sum()) > enough:
                window, centre = windows.get(name), centres.get(name)
                if name == "cobinding" and window is not None and centre is not None:
                    window, centre = self.without_own(window, centre)
                embedded = branch.embed(
                    None if window is None else window[here], None if centre is None else centre[here]
                )
                out = out.index_copy(0, here.nonzero().squeeze(1), branch.finish(embedded))
            joined.append(out)
        return self.join(torch.cat(joined, 1))

    def join(self, rows: Tensor) -> Tensor:
        """Logits (n,) of the branches' rows side by side, in the order of `each_branch`."""
        return self.output(self.shared(rows)).squeeze(1)

    def without_own(self, sites: Tensor, absent: Tensor) -> tuple[Tensor, Tensor]:
        """Co-binding without the experiments of the model's own protein.

        Parameters
        ----------
        sites : (..., experiments, length) and `absent` (n, experiments): 1 where an experiment has no file.
        """
        return sites * (1.0 - self.own)[:, None], torch.maximum(absent, self.own)
