"""The tetramer branch is a fully connected layer over the 0/1 matrix of tetramers by position."""

from __future__ import annotations

import numpy as np
import torch

from ideep_scan.benchmark.rivals.kmer import TetramerBranch, TetramerNetwork
from ideep_scan.benchmark.rivals.tetramers import encode_positions
from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.models.network_config import NetworkConfig

CONFIG = NetworkConfig({}, {}, {}, window=21, sequence_hidden=6)


def windows(codes: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(encode_onehot(codes.ravel()).reshape(4, *codes.shape).swapaxes(0, 1).astype(np.float32))


def test_the_sum_of_embeddings_is_the_dense_product():
    torch.manual_seed(0)
    codes = np.random.default_rng(0).integers(0, 5, (40, 21)).astype(np.int8)
    branch = TetramerBranch(CONFIG)
    dense = encode_positions(codes).toarray() @ branch.columns.weight.detach().numpy()[:-1]
    np.testing.assert_allclose(branch.embed(windows(codes), None).detach().numpy(), dense, atol=1e-5)


def test_the_branch_stands_where_the_sequence_is_read():
    network = TetramerNetwork(CONFIG)
    assert isinstance(network.branches["sequence"], TetramerBranch)
    assert next(iter(network.branches)) == "sequence"
    codes = np.zeros((3, 21), np.int8)
    assert network({"sequence": windows(codes)}, {}, {"sequence": torch.ones(3, dtype=torch.bool)}).shape == (3, 1)
