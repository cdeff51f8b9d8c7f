"""iDeep's network (Pan & Shen 2017, BMC Bioinformatics 18:136).

A convolutional branch reads the sequence.
A deep-belief branch of two fully connected layers reads each other modality.
A shared layer joins the branches, and an output layer reads it.
A network of one model has one output; a shared network has one or more for each of its models.
Beyond the paper, a branch whose modality is absent gives a learned vector.
Every branch has `embed` (from evidence to rows) and `finish` (row by row).
`models/dense.py` replaces the first and keeps the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import get_modality, list_names
from ideep_scan.models.network_config import NetworkConfig, count_flagged_channels

Tensors = Mapping[str, Tensor]


class WindowLinear(nn.Module):
    """A fully connected layer over a window (channels, width), whose weight has the shape of a convolution's kernel."""

    def __init__(self, channels: int, width: int, out: int):
        super().__init__()
        flat = nn.Linear(channels * width, out)
        self.weight = nn.Parameter(flat.weight.detach().reshape(out, channels, width))
        self.bias = nn.Parameter(flat.bias.detach())

    def forward(self, windows: Tensor) -> Tensor:
        """Multiply windows: (n, channels, width) -> (n, out)."""
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
        """Embed windows: (n, 4, width) -> (n, sequence_hidden); the sequence has no centre values."""
        return self.linear(self.dropout(F.max_pool1d(F.relu(self.convolution(window)), self.pool)))


class ResidualBranch(nn.Module):
    """Residual convolutions behind the pooling, then two fully connected layers; not in the paper.

    One fully connected layer reads each column of the window, the other the highest value of each channel.
    There is no padding: every convolution shortens the window.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        channels = config.channels
        self.pool = config.pool
        self.convolution = nn.Conv1d(4, config.filters, config.filter_width)
        self.normal = nn.BatchNorm1d(config.filters)
        self.narrow = nn.Conv1d(config.filters, channels, 3)
        self.narrow_normal = nn.BatchNorm1d(channels)
        self.residual = nn.ModuleList(nn.Conv1d(channels, channels, 3) for _ in config.dilations)
        self.residual_normal = nn.ModuleList(nn.BatchNorm1d(channels) for _ in config.dilations)
        self.dilations = config.dilations
        self.light = nn.Dropout(0.4 * config.dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.linear = WindowLinear(channels, config.pooled - 2 - 2 * sum(config.dilations), config.sequence_hidden)
        self.anywhere = nn.Linear(channels, config.sequence_hidden, bias=False)
        self.finish = Finish(config.sequence_hidden, config.dropout)

    def columns(self, sequence: Tensor, spread: int) -> Tensor:
        """Compute the residual columns: (n, 4, length) -> (n, channels, columns).

        Parameters
        ----------
        sequence : Tensor
            (n, 4, length), one-hot.
        spread : int
            1 gives a column per pool, for one window.
            `pool` gives a column per position, with neighbours a pool apart.

        Returns
        -------
        Tensor
            (n, channels, columns).
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
        """Embed windows: (n, 4, width) -> (n, sequence_hidden); the sequence has no centre values."""
        assert window is not None
        columns = self.columns(window, 1)
        return self.linear(self.dropout(columns)) + self.anywhere(self.dropout(columns.amax(2)))


class EvidenceBranch(nn.Module):
    """Two fully connected layers over a window tensor, a centre tensor, or both."""

    def __init__(self, window_shape: tuple[int, int] | None, centre_size: int | None, hidden: int, dropout: float):
        super().__init__()
        self.window = None if window_shape is None else WindowLinear(*window_shape, hidden)
        self.centre = None if centre_size is None else nn.Linear(centre_size, hidden)
        self.finish = nn.Sequential(Finish(hidden, dropout), nn.Linear(hidden, hidden), Finish(hidden, dropout))

    def embed(self, window: Tensor | None, centre: Tensor | None) -> Tensor:
        """Embed windows (n, channels, width) and centre values (n, values): -> (n, hidden)."""
        parts = []
        if self.window is not None:
            parts.append(self.window(window))
        if self.centre is not None:
            parts.append(self.centre(centre))
        return sum(parts[1:], parts[0])


Branch = SequenceBranch | ResidualBranch | EvidenceBranch


class IDeepNetwork(nn.Module):
    """The complete network.

    `forward` reads single windows, as in training; `models/dense.py` reads tiles.
    """

    own_experiments: Tensor

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.branches = nn.ModuleDict(
            {"sequence": ResidualBranch(config) if config.channels else SequenceBranch(config)}
        )
        widths = {"sequence": config.sequence_hidden}
        for name in sorted(config.hidden, key=list_names().index):  # JSON has no order of names; the join needs one
            hidden, shape, size = config.hidden[name], config.window_shapes.get(name), config.centre_sizes.get(name)
            self.branches[name] = EvidenceBranch(shape, size, hidden, config.dropout)
            widths[name] = hidden
        self.absent = nn.ParameterDict({name: nn.Parameter(torch.zeros(width)) for name, width in widths.items()})
        self.shared = nn.Sequential(
            nn.Linear(sum(widths.values()), config.shared), Finish(config.shared, config.dropout)
        )
        self.output = nn.Linear(config.shared, config.outputs)
        own_experiments = torch.zeros(count_flagged_channels(config.centre_sizes))
        own_experiments[list(config.own_experiments)] = 1.0
        self.register_buffer("own_experiments", own_experiments, persistent=False)

    def each_branch(self) -> Iterator[tuple[str, Branch]]:
        """Yield modality and branch, in the order in which their rows are joined."""
        for name, branch in self.branches.items():
            yield name, cast(Branch, branch)

    def forward(self, windows: Tensors, centres: Tensors, present: Tensors) -> Tensor:
        """Compute the logits of single windows.

        Rows without a modality get its learned vector and take no part in the batch statistics of its branch.

        Parameters
        ----------
        windows : Tensors
            By modality (n, channels, width).
        centres : Tensors
            By modality (n, values).
        present : Tensors
            By modality bool (n,), True where a row has it.
            A modality that is not a key is absent in all rows.

        Returns
        -------
        Tensor
            (n, outputs), log odds of a binding site, at the training mix of classes.
        """
        return self.join(self.embed(windows, centres, present))

    def embed(self, windows: Tensors, centres: Tensors, present: Tensors) -> Tensor:
        """Compute the concatenated rows of the branches for single windows; the parameters are those of `forward`."""
        rows = next(iter(windows.values())).shape[0]
        joined = []
        for name, branch in self.each_branch():
            out = self.absent[name].expand(rows, -1)
            mask = present.get(name)
            minimum = 2 if self.training else 1  # a single row has no batch statistics
            if mask is not None and int(mask.sum()) >= minimum:
                window, centre = windows.get(name), centres.get(name)
                if get_modality(name).centre_flags_channels and window is not None and centre is not None:
                    window, centre = self.remove_own_experiments(window, centre)
                embedded = branch.embed(
                    None if window is None else window[mask], None if centre is None else centre[mask]
                )
                out = out.index_copy(0, mask.nonzero().squeeze(1), branch.finish(embedded).to(out.dtype))
            joined.append(out)
        return torch.cat(joined, 1)

    def join(self, rows: Tensor) -> Tensor:
        """Compute logits (n, outputs) from the concatenated rows of the branches, in the order of `each_branch`."""
        return cast(Tensor, self.output(self.shared(rows)))

    def remove_own_experiments(self, sites: Tensor, absent: Tensor) -> tuple[Tensor, Tensor]:
        """Remove the experiments of the model's own protein from co-binding.

        Parameters
        ----------
        sites : Tensor
            (..., experiments, length), 1 where an experiment has a site.
        absent : Tensor
            (n, experiments), 1 where an experiment has no file.

        Returns
        -------
        tuple[Tensor, Tensor]
            Sites without those experiments, and `absent` with 1 for them.
        """
        return sites * (1.0 - self.own_experiments)[:, None], torch.maximum(absent, self.own_experiments)
