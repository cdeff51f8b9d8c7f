"""Matrix products of the dense network.

On a CPU torch multiplies by MKL, which does not use AVX-512 on AMD CPUs.
From Zen 5 on, which computes 512 bits at a time, oneDNN is twice as fast.
It reaches 207 instead of 92 GFLOP/s for a layer of 128 x 128 on one core.
On Zen 4, which computes 256 bits at a time, both are equally fast.
oneDNN compiles and stores code for every number of rows.
For a genome of many short contigs that takes longer than the products, and more than 1 GB.
So only full tiles and full blocks of windows, which have equal numbers of rows, go to oneDNN.
On Zen 5 this takes a tenth off the processor time of a scan (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

ROWS = 8000  # rows of a full tile; compiling takes 0.4 to 2 ms, the time saved on 6,000 rows


def _full_width() -> bool:
    """Tell whether the CPU is by AMD (SSE4a), of Zen 5 or later (AVX-VNNI), with AVX-512."""
    capabilities: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return all(capabilities.get(name, False) for name in ("sse4a", "avx_vnni", "avx512_f"))


_FUSED: Any = (
    getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if torch.backends.mkldnn.is_available() and _full_width()
    else None
)


def apply_linear(
    rows: Tensor, weight: Tensor, bias: Tensor | None = None, relu: bool = False, *, recurs: bool = False
) -> Tensor:
    """Compute a fully connected layer, optionally with ReLU, without gradients.

    It uses the operator that torch's compiler substitutes for such layers.
    If a build of torch lacks it, the fallback gives the same result to rounding.

    Parameters
    ----------
    rows : Tensor
        (n, inputs).
    weight : Tensor
        (outputs, inputs).
    bias : Tensor or None
        (outputs,).
    relu : bool
        Apply ReLU.
    recurs : bool
        Most calls have this number of rows, so compiling pays.

    Returns
    -------
    Tensor
        (n, outputs).
    """
    if not _fused(rows, recurs):
        out = F.linear(rows, weight, bias)
        return out.relu_() if relu else out
    return _FUSED(rows.contiguous(), weight, bias, "relu" if relu else "none", [], "")


def add_linear(total: Tensor, rows: Tensor, weight: Tensor, *, recurs: bool = False) -> Tensor:
    """Add a fully connected layer without bias to a sum, without gradients.

    MKL adds in place, so no second array is written.

    Parameters
    ----------
    total : Tensor
        (n, outputs), which may be overwritten, or (1, outputs), which is not.
    rows : Tensor
        (n, inputs).
    weight : Tensor
        (outputs, inputs).
    recurs : bool
        As for `apply_linear`.

    Returns
    -------
    Tensor
        (n, outputs).
    """
    if len(total) == 1:
        return apply_linear(rows, weight, total[0], recurs=recurs)
    if not _fused(rows, recurs):
        return total.addmm_(rows, weight.t())
    return _FUSED.binary(rows.contiguous(), total, weight, None, "add")


def _fused(rows: Tensor, recurs: bool) -> bool:
    pays = recurs or len(rows) >= ROWS
    return _FUSED is not None and pays and rows.device.type == "cpu" and rows.dtype == torch.float32
