"""Layers of the dense network against torch's own layers and slow loops."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ideep_scan.models.dense_layers import (
    Convolution,
    FirstConvolution,
    Positions,
    WindowLayer,
    compute_rolling_maximum,
    fold_normalisation,
)


def normalisation(channels: int) -> nn.BatchNorm1d:
    """Make a batch normalisation with statistics and weights that differ from the defaults."""
    layer = nn.BatchNorm1d(channels).double().eval()
    with torch.no_grad():
        for tensor in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
            tensor.copy_(torch.rand(channels) + 0.5)
    return layer


@settings(max_examples=30, deadline=None)
@given(taps=st.integers(1, 9), step=st.integers(1, 4), surplus=st.integers(1, 20))
def test_rolling_maximum(taps, step, surplus):
    length = (taps - 1) * step + surplus
    rows = torch.randn(length, 3)
    slow = torch.stack([rows[i : i + (taps - 1) * step + 1 : step].amax(0) for i in range(surplus)])
    assert torch.equal(compute_rolling_maximum(rows, taps, step), slow)


@torch.inference_mode()
def test_normalisation_folds_into_a_convolution():
    layer, normal = nn.Conv1d(4, 6, 5).double(), normalisation(6)
    columns = torch.randn(1, 4, 40).double()
    bias, weight = fold_normalisation(normal, layer.bias, layer.weight)
    torch.testing.assert_close(nn.functional.conv1d(columns, weight, bias), normal(layer(columns)))


@pytest.mark.parametrize("plain", [True, False])
@torch.inference_mode()
def test_convolutions_are_those_of_torch(plain):
    first, normal = nn.Conv1d(4, 6, 5).double(), normalisation(6)
    track = torch.eye(4).double()[:, torch.randint(0, 4, (60,))]
    features = normal(first(track[None])).relu()
    pooled = nn.functional.max_pool1d(features, 3, stride=1)
    rows = FirstConvolution(first, normal, 3, plain=plain)(track)
    torch.testing.assert_close(rows.T[None], pooled)
    second = nn.Conv1d(6, 5, 3, dilation=2).double()
    torch.testing.assert_close(
        Convolution(second, None, plain=plain)(rows, 2).T[None], second(pooled).relu(), rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("columns", [range(40), range(0, 40, 2), (3, 30)], ids=["all", "half", "few"])
@torch.inference_mode()
def test_a_window_layer_multiplies_each_window(step, columns):
    weight, bias = torch.randn(7, 4, 10).double(), torch.randn(7).double()
    rows = torch.randn(39 + 9 * step + 1, 4).double()
    starts = Positions.of(torch.tensor(list(columns)))
    slow = torch.stack([(weight * rows[i : i + 9 * step + 1 : step].T).sum((1, 2)) + bias for i in columns])
    torch.testing.assert_close(WindowLayer(weight, bias, step, plain=False)(rows, starts), slow)


def test_positions_know_whether_they_are_contiguous():
    rows = torch.arange(20).view(10, 2)
    for columns in ([3, 4, 5], [1, 5, 6], []):
        positions = Positions.of(torch.tensor(columns, dtype=torch.int64))
        assert positions.contiguous == (columns == [3, 4, 5])
        assert torch.equal(positions.select(rows), rows[columns])
        assert positions.shift_left(1).columns.tolist() == [column - 1 for column in columns]
