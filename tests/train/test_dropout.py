"""Dropout of modalities and of co-binding channels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ideep_scan.features.window_features import Features
from ideep_scan.train.dropout import drop_experiments, drop_modalities


def test_what_is_dropped():
    """Keep what is not named; mark a dropped experiment, which has no sites, and unknown windows as absent."""
    n = 4000
    windows = {"sequence": torch.ones(n, 4, 1), "cobinding": torch.ones(n, 3, 2)}
    centres = {"cobinding": torch.zeros(n, 3), "region": torch.zeros(n, 1), "motifs": torch.zeros(n, 1)}
    known = np.arange(2 * n) % 4 == 0
    features, rows = Features({}, {}, {"motifs": known}), np.arange(0, 2 * n, 2)
    centres["cobinding"][:, 2] = 1
    windows["cobinding"][:, 2] = 0
    keep, rng = {"region": 0.6, "cobinding": 0.3}, np.random.default_rng(0)
    drop_experiments(windows, centres, 0.7, rng)
    present = drop_modalities(features, windows, centres, rows=rows, keep=keep, rng=rng)
    assert present["sequence"].all()
    np.testing.assert_array_equal(present["motifs"], known[rows])
    assert present["region"].float().mean().item() == pytest.approx(0.6, abs=0.03)
    assert present["cobinding"].float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert centres["cobinding"][:, 0].mean().item() == pytest.approx(0.3, abs=0.03)
    assert (centres["cobinding"][:, 2] == 1).all()
    assert torch.equal(windows["cobinding"][:, :, 0], 1 - centres["cobinding"])
    assert torch.equal(windows["cobinding"][:, :, 0], windows["cobinding"][:, :, 1])
