"""Activations of the first filters, against the network's own layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from toys import network

from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.models.activations import FirstFilters


@pytest.mark.parametrize("shape", [{"filters": 6}, {"filters": 5, "channels": 4}], ids=["published", "residual"])
@torch.inference_mode()
def test_activations_are_those_of_the_network(shape):
    net = network(**shape)
    branch = net.branches["sequence"]
    if "channels" in shape:
        branch.normal.running_mean.uniform_(-0.5, 0.5)
        branch.normal.weight.uniform_(-1, 1)  # a negative weight turns its filter around
        branch.normal.bias.uniform_(-0.1, 0.3)
    codes = np.random.default_rng(5).integers(0, 5, (7, 101)).astype(np.int8)
    onehot = torch.from_numpy(np.stack([encode_onehot(window) for window in codes]))
    expected = branch.convolution(onehot)
    expected = F.relu(branch.normal(expected) if "channels" in shape else expected)
    filters = FirstFilters(net)
    assert filters.weights.shape == (shape["filters"], 4, filters.width)
    np.testing.assert_allclose(filters.activate(codes), expected.numpy().transpose(0, 2, 1), atol=1e-5)


def test_windows_shorter_than_a_filter_have_no_activations():
    filters = FirstFilters(network(filters=3))
    assert filters.activate(np.zeros((2, filters.width - 1), np.int8)).shape == (2, 0, 3)
    assert filters.activate(np.zeros((0, 101), np.int8)).shape == (0, 101 - filters.width + 1, 3)
