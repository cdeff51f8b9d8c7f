"""Layers by oneDNN, by MKL and in double precision against the plain product."""

from __future__ import annotations

import pytest
import torch

from ideep_scan.models import products

FUSED = pytest.mark.skipif(products._FUSED is None, reason="this build of torch has no oneDNN")
WAYS = [
    pytest.param("_FUSED", None, id="torch"),
    pytest.param("_WIDE", False),
    pytest.param("_WIDE", True, marks=FUSED),
]


def tensor(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape) * shape[0]), dtype=torch.float64)


@pytest.mark.parametrize(("setting", "value"), WAYS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("rows", [1, 5, 300])
@torch.inference_mode()
def test_layers_and_sums_of_layers(setting, value, dtype, rows, monkeypatch):
    monkeypatch.setattr(products, setting, value)
    read, weight, bias, total = tensor(rows, 7), tensor(6, 7), tensor(6), tensor(rows, 6)
    each = [part.to(dtype) for part in (read, weight, bias, total)]
    expected, sums = read @ weight.T, read @ weight.T + total
    torch.testing.assert_close(products.linear(*each[:2]).double(), expected, rtol=0, atol=1e-5)
    made = products.linear(*each[:3], relu=True)
    torch.testing.assert_close(made.double(), (expected + bias).relu(), rtol=0, atol=1e-5)
    row = each[3][:1].clone()
    torch.testing.assert_close(products.add_linear(row, *each[:2]).double(), expected + row, rtol=0, atol=1e-5)
    assert torch.equal(row, each[3][:1])
    torch.testing.assert_close(products.add_linear(each[3], *each[:2]).double(), sums, rtol=0, atol=1e-5)
