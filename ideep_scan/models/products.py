"""Matrix products of a network at work.

On a CPU torch multiplies by MKL, which on the CPUs of other makers leaves AVX-512 unused: 92 GFLOP/s against the 207 of
oneDNN for a layer of 128 x 128 on one core of an AMD Zen 5, in single precision. A CPU without AVX-512 is left to MKL:
it is as fast there, and oneDNN keeps code for every number of rows that it met, more than 1 GB in a sparse genome.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_FUSED = (
    getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if torch.backends.mkldnn.is_available() and torch.backends.cpu.get_cpu_capability() == "AVX512"
    else None
)


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None, relu: bool = False) -> Tensor:
    """A fully connected layer, and ReLU behind it if asked for; without gradients.

    The operator is the one that torch's own compiler puts in the place of such layers; where a build of torch lacks
    it, plain torch gives the same to rounding.

    Parameters
    ----------
    rows : (n, in).
    weight : (out, in).
    bias : (out,).

    Returns
    -------
    (n, out).
    """
    if _FUSED is None or rows.device.type != "cpu" or rows.dtype != torch.float32 or not len(rows):
        out = F.linear(rows, weight, bias)
        return out.relu_() if relu else out
    return _FUSED(rows.contiguous(), weight, bias, "relu" if relu else "none", [], "")


def add_linear(total: Tensor, rows: Tensor, weight: Tensor) -> Tensor:
    """A sum and a fully connected layer without bias; without gradients.

    MKL adds to what lies there already: no array is written to be added later.

    Parameters
    ----------
    total : (n, out), which is given up, or (1, out), which is left as it is.
    rows : (n, in).
    weight : (out, in).

    Returns
    -------
    (n, out).
    """
    if len(total) == 1:
        return linear(rows, weight, total[0])
    if _FUSED is None or rows.device.type != "cpu" or rows.dtype != torch.float32:
        return total.addmm_(rows, weight.t())
    return _FUSED.binary(rows.contiguous(), total, weight, None, "add")
