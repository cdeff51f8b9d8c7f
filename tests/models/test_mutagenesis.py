"""Mutagenesis against single windows that are changed base by base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import toys

from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.models.contributions import contrast_bases, read_codes
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.mutagenesis import compute_mutagenesis
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import scoring_pool
from ideep_scan.records.places import Places

RESIDUAL = {"channels": 6, "dilations": (1, 2)}


def some_features() -> Features:
    """All modalities of two windows, the first of them with unknown bases."""
    chrom, strand = np.full(2, "chr1", object), np.array(["+", "-"], object)
    return compute_features(toys.world(3).featurizer(), Places(chrom, strand, np.array([420, 160])))


def score(network: IDeepNetwork, features: Features) -> np.ndarray:
    rows = np.arange(len(features.windows["sequence"]))
    present = {name: torch.ones(len(rows), dtype=torch.bool) for name in features.modalities}
    with torch.inference_mode():
        return network(*features.batch(rows), present).numpy()


@pytest.mark.parametrize("shape", [{}, RESIDUAL])
def test_equal_to_windows_changed_base_by_base(shape):
    network, features = toys.network(outputs=3, **shape), some_features()
    onehot = features.windows["sequence"]
    codes = read_codes(onehot)
    expected = np.empty((3, *onehot.shape))
    for base, position in np.ndindex(onehot.shape[1:]):
        changed = onehot.copy()
        changed[:, :, position] = np.arange(4) == base
        expected[:, :, base, position] = score(
            network, replace(features, windows={**features.windows, "sequence": changed})
        ).T
    got = compute_mutagenesis(network, [2, 0], features)
    assert got.dtype == np.float32
    assert (codes == 4).any()
    np.testing.assert_allclose(got, contrast_bases(expected[[2, 0]], codes), atol=1e-4)
    assert np.abs(got).max() > 1e-3


def test_equal_to_gradients_where_the_network_is_linear():
    network = toys.network(hidden={}, pool=1)
    state = network.state_dict()
    for name in ("branches.sequence.convolution.bias", "branches.sequence.finish.0.bias", "shared.1.0.bias"):
        state[name].add_(1e3)  # every unit stays above 0
    features = some_features().only("sequence")
    got = compute_mutagenesis(network, [0], features)
    np.testing.assert_allclose(got, compute_gradients(network, [0], features), rtol=2e-3, atol=5e-3)
    assert np.abs(got).max() > 0.1


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_no_bit(threads):
    network, features = toys.network(**RESIDUAL), some_features()
    alone = compute_mutagenesis(network, [0], features)
    with scoring_pool(torch.device("cpu"), threads) as pool:
        assert compute_mutagenesis(network, [0], features, pool=pool).tobytes() == alone.tobytes()
