"""The network at every scored position of a tile, without copying each window.

It gives the same scores as the network on single windows (`models/network.py`), apart from rounding, in fewer steps:

- A fully connected layer over a window becomes a convolution, and behind a pooling a dilated convolution.
  A long one runs in the frequency domain (`models/spectral.py`).
- The first convolution reads bases, so it is looked up in tables (`kernels/triplet_convolution.py`).
- Region types and CLIP sites are constant over long runs, so a layer over them is summed from their changes.
  A branch that reads nothing else is computed only where its window changes.
- Batch normalisation is folded into the layer before it.
- The shared layer becomes a sum of one part per branch.

If few positions of a walk are scored, their windows are gathered, but only behind the pooling.
Windows that hardly overlap, as those of single sites, are computed one by one from the first layer on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ideep_scan.features.modalities.registry import get_modality
from ideep_scan.models.dense_branches import DenseEvidence, DenseResidual, DenseSequence, Part
from ideep_scan.models.dense_layers import Positions, fold_normalisation
from ideep_scan.models.matrix_products import apply_linear
from ideep_scan.models.network import IDeepNetwork, ResidualBranch, SequenceBranch, Tensors

BLOCK = 32  # rows of the output that are computed together


class DenseNetwork:
    """A network prepared to score tiles.

    It copies the weights, so later changes of the network have no effect.

    Parameters
    ----------
    network : IDeepNetwork
        In evaluation mode, on the device and in the precision (float32 or float64) to compute in.
    direct : bool or None
        Compute every layer as a plain convolution or product, which suits a GPU.
        None chooses it on a GPU only.
    half : bool
        Multiply residual convolutions and the layer behind them in bfloat16.
        Everything else keeps its precision: rounding in the first two convolutions affects the score most.
    """

    def __init__(self, network: IDeepNetwork, direct: bool | None = None, half: bool = False):
        on_gpu = network.output.weight.device.type != "cpu"
        plain = on_gpu if direct is None else direct
        first_layer = network.shared[0]
        assert isinstance(first_layer, nn.Linear)
        self._bias, shared = fold_normalisation(network.shared[1], first_layer.bias, first_layer.weight)
        self._output_bias, self._output = fold_normalisation(None, network.output.bias, network.output.weight)
        self._window = network.config.window
        self._remove_own_experiments = network.remove_own_experiments
        self._branches: dict[str, DenseSequence | DenseResidual | DenseEvidence] = {}
        self._shared: dict[str, Tensor] = {}
        self._absent: dict[str, Part] = {}
        first = 0
        for name, branch in network.each_branch():
            absent = network.absent[name].detach()
            self._shared[name] = shared[:, first : first + len(absent)].contiguous()
            self._absent[name] = Part(apply_linear(absent[None], self._shared[name]))
            first += len(absent)
            if isinstance(branch, SequenceBranch):
                self._branches[name] = DenseSequence(branch, plain=plain, half=half)
            elif isinstance(branch, ResidualBranch):
                self._branches[name] = DenseResidual(branch, plain=plain, half=half)
            else:
                self._branches[name] = DenseEvidence(branch, plain=plain)

    def logits(self, windows: Tensors, centres: Tensors, scored: Tensor) -> Tensor:
        """Compute the log odds of a binding site at the scored positions of a tile: (n, outputs).

        Parameters
        ----------
        windows, centres : Tensors
            Features by modality, as for `parts`.
        scored : Tensor
            Int64 (n,), ascending indices of the scored positions.

        Returns
        -------
        Tensor
            (n, outputs), natural logarithm, at the training mix of classes.
        """
        return self.join(self.parts(windows, centres, scored)).expand(len(scored), -1)

    @torch.inference_mode()
    def parts(self, windows: Tensors, centres: Tensors, scored: Tensor) -> dict[str, Part]:
        """Compute the part of each branch at the scored positions of a tile.

        A modality that is in neither mapping is absent.

        Parameters
        ----------
        windows : Tensors
            By modality (channels, length), a column per position of the walk.
        centres : Tensors
            By modality (values, n), a column per scored position.
        scored : Tensor
            Int64 (n,), ascending indices of the scored positions.

        Returns
        -------
        dict[str, Part]
            The part of each modality, in the order of the branches.
        """
        parts: dict[str, Part] = {}
        positions = Positions.of(scored)
        for name, branch in self._branches.items():
            window, centre = windows.get(name), centres.get(name)
            if window is None and centre is None:
                parts[name] = self._absent[name]
            elif isinstance(branch, DenseEvidence):
                if get_modality(name).centre_flags_channels and window is not None and centre is not None:
                    window, rows = self._remove_own_experiments(window, centre.T)
                    centre = rows.T
                parts[name] = branch(self._shared[name], window, centre, scored=positions)
            else:
                assert window is not None
                rows = branch(window, positions.shift_left(self._window // 2))
                parts[name] = Part(apply_linear(rows, self._shared[name]))
        return parts

    @torch.inference_mode()
    def activate(
        self, parts: Mapping[str, Part], columns: Tensor | None = None, without: Collection[str] = ()
    ) -> Tensor:
        """Compute the shared layer from the parts of all branches.

        The values at a position do not depend on the other columns.

        Parameters
        ----------
        parts : Mapping[str, Part]
            The part of each modality, as `parts` returns them.
        columns : Tensor or None
            Int64 (m,), the positions to compute; None for all.
        without : collection of str
            Modalities to treat as absent.

        Returns
        -------
        Tensor
            (n, shared) or (m, shared), or (1, shared) if all positions have the same values.
        """
        summands = [self._absent[name] if name in without else part for name, part in parts.items()]
        if columns is not None:
            summands = [part.select(columns) for part in summands]
        return _sum_rows(self._bias, summands).relu_()

    @torch.inference_mode()
    def read(self, activations: Tensor, rows: Sequence[int]) -> Tensor:
        """Compute the log odds of some rows of the output: (n, shared) -> (rows, n).

        Rows are computed in fixed blocks, so that the values of a row do not depend on the other rows.
        """
        starts = sorted({row - row % BLOCK for row in rows})
        blocks = {
            start: apply_linear(
                activations, self._output[start : start + BLOCK], self._output_bias[start : start + BLOCK]
            )
            for start in starts
        }
        return torch.stack([blocks[row - row % BLOCK][:, row % BLOCK] for row in rows])

    @torch.inference_mode()
    def join(self, parts: Mapping[str, Part], without: Collection[str] = ()) -> Tensor:
        """Compute the log odds of all outputs, without some modalities.

        Parameters
        ----------
        parts : Mapping[str, Part]
            The part of each modality, as `parts` returns them.
        without : collection of str
            Modalities to treat as absent.

        Returns
        -------
        Tensor
            (n, outputs), or (1, outputs) if all positions have the same values.
        """
        return apply_linear(self.activate(parts, without=without), self._output, self._output_bias)


def _sum_rows(bias: Tensor, parts: Sequence[Part]) -> Tensor:
    """Add up a bias and parts, in a new tensor: (n, shared), or (1, shared) if each part has one row."""
    total = bias[None].clone()
    for part in parts:
        if part.index is None and len(part.rows) == 1:
            total += part.rows
    indices: list[Tensor] = []
    tables: list[Tensor] = []
    first = 0
    for part in parts:
        if part.index is not None:
            indices.append(part.index + first)
            tables.append(part.rows if tables else part.rows + total)
            first += len(part.rows)
    if indices:
        total = F.embedding_bag(torch.stack(indices, 1), torch.cat(tables), mode="sum")
    for part in parts:
        if part.index is None and len(part.rows) > 1:
            total = total + part.rows if len(total) == 1 else total.add_(part.rows)
    return total
