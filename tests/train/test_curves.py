"""Curves of accuracy against scikit-learn and slow twins."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ideep_scan.train.curves import bin_scores, compute_precision, compute_roc, thin_curve


def draw() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.integers(0, 2, 200), rng.integers(0, 9, 200) / 9


def test_the_area_under_the_roc_curve_is_the_auc() -> None:
    labels, scores = draw()
    false, true = compute_roc(labels, scores)
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(true, false) == pytest.approx(roc_auc_score(labels, scores))


def test_the_steps_of_precision_give_the_average_precision() -> None:
    labels, scores = draw()
    recall, precision = compute_precision(labels, scores)
    assert (np.diff(recall, prepend=0) * precision).sum() == pytest.approx(average_precision_score(labels, scores))


def test_a_thinned_curve_keeps_its_ends() -> None:
    labels, scores = draw()
    false, true = compute_roc(labels, scores)
    points = thin_curve(false, true, 5)
    assert points[0] == (0, 0)
    assert points[-1] == (1, 1)
    assert set(points) <= set(zip(false.tolist(), true.tolist(), strict=True))
    assert thin_curve(np.array([0.5]), np.array([1.0]), 3) == [(0.5, 1.0)]


def test_bins_hold_all_windows() -> None:
    labels, scores = draw()
    bins = bin_scores(labels, scores)
    assert sum(row.windows for row in bins) == len(labels)
    assert sum(row.windows * row.share for row in bins) == pytest.approx(labels.sum())
    assert all(row.low <= row.share <= row.high for row in bins)
