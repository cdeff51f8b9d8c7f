"""Matrix products of a network at work.

On a CPU torch multiplies by MKL, which on AMD's leaves AVX-512 unused. Where those work on 512 bits at a time, from Zen
5 on, oneDNN is twice as fast: 207 against 92 GFLOP/s for a layer of 128 x 128 on one core. On Zen 4, which halves them,
both are equally fast. oneDNN makes code for every number of rows that it meets, and keeps it: on a genome in scraps
that takes longer than the products themselves, and more than 1 GB. So it gets full tiles only, whose rows are as many
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

ROWS = 8000  # of full tiles; making code takes 0.4 to 2 ms, as long as what it saves on 6,000 rows


def _full_width() -> bool:
    """Whether this is a CPU by AMD (SSE4a) of Zen 5 or later (AVX-VNNI), with AVX-512."""
    has: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return all(has.get(name, False) for name in ("sse4a", "avx_vnni", "avx512_f"))


_FUSED: Any = (
    getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if torch.backends.mkldnn.is_available() and _full_width()
    else None
)


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None, relu: bool = False) -> Tensor:
    """A fully connected layer, and ReLU behind it if asked for; without gradients.

    The operator is the one that torch's own compiler puts in the place of such layers; where a build of torch lacks
    it, plain torch gives the same to rounding.

    Parameters
    ----------
    rows : Tensor
        (n, in).
    weight : Tensor
        (out, in).
    bias : Tensor or None
        (out,).

    Returns
    -------
    Tensor
        (n, out).
    """
    if not _fused(rows):
        out = F.linear(rows, weight, bias)
        return out.relu_() if relu else out
    return _FUSED(rows.contiguous(), weight, bias, "relu" if relu else "none", [], "")


def add_linear(total: Tensor, rows: Tensor, weight: Tensor) -> Tensor:
    """A sum and a fully connected layer without bias; without gradients.

    MKL adds to what lies there already: no array is written to be added later.

    Parameters
    ----------
    total : Tensor
        (n, out), which is given up, or (1, out), which is left as it is.
    rows : Tensor
        (n, in).
    weight : Tensor
        (out, in).

    Returns
    -------
    Tensor
        (n, out).
    """
    if len(total) == 1:
        return linear(rows, weight, total[0])
    if not _fused(rows):
        return total.addmm_(rows, weight.t())
    return _FUSED.binary(rows.contiguous(), total, weight, None, "add")


def _fused(rows: Tensor) -> bool:
    return _FUSED is not None and len(rows) >= ROWS and rows.device.type == "cpu" and rows.dtype == torch.float32
