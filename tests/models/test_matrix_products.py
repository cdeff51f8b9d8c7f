"""Layers by oneDNN, by MKL and in double precision against the plain product."""

from __future__ import annotations

import pytest
import torch

from ideep_scan.models import matrix_products as products

FUSED = getattr(torch.ops.mkldnn, "_linear_pointwise", None) if torch.backends.mkldnn.is_available() else None
WAYS = [
    pytest.param(None, id="MKL"),
    pytest.param(
        FUSED, id="oneDNN", marks=pytest.mark.skipif(FUSED is None, reason="this build of torch has no oneDNN")
    ),
]


def tensor(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape) * shape[0]), dtype=torch.float64)


@pytest.mark.parametrize("fused", WAYS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("rows", [1, 5, 300])
@torch.inference_mode()
def test_layers_and_sums_of_layers(fused, dtype, rows, monkeypatch):
    monkeypatch.setattr(products, "_FUSED", fused)
    monkeypatch.setattr(products, "ROWS", 5)
    read, weight, bias, total = tensor(rows, 7), tensor(6, 7), tensor(6), tensor(rows, 6)
    item = [part.to(dtype) for part in (read, weight, bias, total)]
    expected, sums = read @ weight.T, read @ weight.T + total
    torch.testing.assert_close(products.apply_linear(*item[:2]).double(), expected, rtol=0, atol=1e-5)
    made = products.apply_linear(*item[:3], relu=True)
    torch.testing.assert_close(made.double(), (expected + bias).relu(), rtol=0, atol=1e-5)
    row = item[3][:1].clone()
    torch.testing.assert_close(products.add_linear(row, *item[:2]).double(), expected + row, rtol=0, atol=1e-5)
    assert torch.equal(row, item[3][:1])
    torch.testing.assert_close(products.add_linear(item[3], *item[:2]).double(), sums, rtol=0, atol=1e-5)


def test_who_multiplies(monkeypatch):
    long, short = torch.zeros(products.ROWS, 2), torch.zeros(products.ROWS - 1, 2)
    monkeypatch.setattr(products, "_FUSED", FUSED or torch.add)
    assert products._fused(long, recurs=False)
    assert not products._fused(short, recurs=False)
    assert products._fused(short, recurs=True)
    assert not products._fused(long.double(), recurs=True)
    monkeypatch.setattr(products, "_FUSED", None)
    assert not products._fused(long, recurs=True)


@pytest.mark.parametrize(
    ("flags", "full"),
    [
        (("sse4a", "avx2", "avx512_f", "avx_vnni"), True),  # Zen 5
        (("sse4a", "avx2", "avx512_f", "avx512_vnni"), False),  # Zen 4
        (("sse4a", "avx2"), False),
        (("avx2", "avx512_f", "avx_vnni"), False),  # Intel, which MKL serves well
        ((), False),
    ],
)
def test_cpus_that_work_on_512_bits(monkeypatch, flags, full):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: dict.fromkeys(flags, True), raising=False)
    assert products._full_width() is full


def test_a_torch_that_tells_nothing(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert not products._full_width()
