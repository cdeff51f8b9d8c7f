"""Gradients against finite differences in double precision."""

from __future__ import annotations

from copy import deepcopy
from itertools import product

import numpy as np
import pytest
import torch
import toys

from ideep_scan.features.window_features import Features, compute_features, encode_windows
from ideep_scan.models import gradients
from ideep_scan.models.contributions import contrast_bases, read_codes
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.records.places import Places

POSITIONS = [0, 1, *range(7, 101, 10), 100]
RESIDUAL = {"channels": 6, "dilations": (1, 2)}


def some_features(count: int = 5) -> Features:
    """All modalities of a few windows on both strands, one of them with unknown bases."""
    centre = np.linspace(120, 420, count).astype(np.int64)
    strand = np.resize(np.array(["+", "-"], object), count)
    return compute_features(toys.world(3).featurizer(), Places(np.full(count, "chr1", object), strand, centre))


def differences(network: IDeepNetwork, row: int, features: Features, step: float = 1e-6) -> np.ndarray:
    """Slopes of the log odds, by a small step in each base at `POSITIONS`: the mean over all blurs."""
    exact = deepcopy(network).double()
    onehot = features.windows["sequence"].astype(np.float64)
    rows = np.arange(len(onehot))
    windows, centres = features.batch(rows)
    present = {name: torch.ones(len(rows), dtype=torch.bool) for name in features.modalities}

    def odds(sequence: np.ndarray) -> np.ndarray:
        changed = {name: tensor.double() for name, tensor in windows.items()} | {"sequence": torch.from_numpy(sequence)}
        with torch.inference_mode():
            return exact(changed, {name: c.double() for name, c in centres.items()}, present)[:, row].numpy()

    out = np.zeros(onehot.shape)
    for base, position in product(range(4), POSITIONS):
        slopes = []
        for blur in gradients.BLURS:
            up, down = ((1 - blur) * onehot + blur / 4 for _ in range(2))
            up[:, base, position] += step
            down[:, base, position] -= step
            slopes.append((odds(up) - odds(down)) / (2 * step))
        out[:, base, position] = np.mean(slopes, 0)
    return out


@pytest.mark.parametrize("shape", [{}, RESIDUAL])
def test_equal_to_finite_differences(shape):
    network, features = toys.network(outputs=3, **shape), some_features(3)
    got = compute_gradients(network, [2, 0], features)
    codes = read_codes(features.windows["sequence"])
    assert got.dtype == np.float32
    assert (codes[:, POSITIONS] == 4).any()
    for number, row in enumerate([2, 0]):
        expected = contrast_bases(differences(network, row, features), codes)
        np.testing.assert_allclose(got[number][..., POSITIONS], expected[..., POSITIONS], atol=2e-4)
    assert np.abs(got).max() > 1e-3


def test_batches_and_other_rows_change_nothing(monkeypatch):
    network, features = toys.network(outputs=2, **RESIDUAL), some_features(7)
    whole = compute_gradients(network, [0, 1], features)
    monkeypatch.setattr(gradients, "BATCH", 3)
    np.testing.assert_allclose(compute_gradients(network, [1], features)[0], whole[1], atol=1e-6)


def test_an_absent_modality_is_not_a_modality_of_zeros():
    network = toys.network()
    whole = some_features()
    alone = compute_gradients(network, [0], whole.only("sequence"))
    missing = {name: np.zeros(5, bool) for name in whole.modalities - {"sequence"}}
    flagged = compute_gradients(network, [0], Features(whole.windows, whole.centres, missing))
    np.testing.assert_array_equal(alone, flagged)
    assert not np.array_equal(alone, compute_gradients(network, [0], whole))


def test_parameters_gather_no_gradients_and_no_windows_are_fine():
    network = toys.network(**RESIDUAL)
    assert compute_gradients(network, [0], encode_windows(np.zeros((0, 101), np.int8))).shape == (1, 0, 4, 101)
    compute_gradients(network, [0], some_features())
    assert all(parameter.grad is None for parameter in network.parameters())
