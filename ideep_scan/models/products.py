"""Matrix products of a network at work, on a CPU by oneDNN.

torch multiplies by MKL, which on the CPUs of other makers leaves their widest instructions unused: 92 GFLOP/s against
207 for a layer of 128 x 128 on one core of an AMD Zen 5, in single precision.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_FUSED = getattr(torch.ops.mkldnn, "_linear_pointwise", None) if torch.backends.mkldnn.is_available() else None


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
