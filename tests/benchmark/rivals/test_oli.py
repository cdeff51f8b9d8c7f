"""Oli reads frequencies of tetramers, not their positions, and learns from validation windows too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ideep_scan.benchmark.rivals.oli import Oli
from ideep_scan.benchmark.split import Split
from ideep_scan.features.window_features import Features
from ideep_scan.train.metrics import auc

QUICK = Oli(penalties=(1.0,), folds=2)


@pytest.fixture(scope="module")
def split() -> Split:
    """Windows of which the positives hold a word somewhere."""
    rng = np.random.default_rng(0)
    labels = (np.arange(200) % 4 == 0).astype(np.int8)
    codes = rng.integers(0, 4, (200, 41)).astype(np.int8)
    for row in np.flatnonzero(labels):
        start = rng.integers(0, 30)
        codes[row, start : start + 8] = [3, 2, 1, 0, 3, 2, 1, 0]
    return Split(codes, Features({}, {}), labels, np.arange(100), np.arange(100, 140), np.arange(140, 200))


def test_it_finds_a_word_wherever_it_is(split):
    scores = QUICK(split, 0)
    assert scores.shape == split.test.shape
    assert auc(split.labels[split.test], scores) > 0.9


def test_the_position_of_a_word_does_not_matter(split):
    """A rotation that cuts no tetramer apart: the windows are padded with unknown bases."""
    padded = np.pad(split.codes, ((0, 0), (4, 16)), constant_values=4)
    moved = np.roll(padded, 12, axis=1)
    np.testing.assert_allclose(QUICK(replace(split, codes=padded), 0), QUICK(replace(split, codes=moved), 0), atol=1e-9)


def test_validation_windows_are_learned_from(split):
    labels = split.labels.copy()
    labels[split.validation] = 1 - labels[split.validation]
    assert not np.allclose(QUICK(split, 0), QUICK(replace(split, labels=labels), 0))


def test_cross_validation_chooses_one_of_the_penalties(split):
    weak, strong, chosen = (Oli(penalties)(split, 0) for penalties in ((1e-9,), (10.0,), (1e-9, 10.0)))
    assert not np.allclose(weak, strong)
    assert np.allclose(chosen, weak, atol=0) != np.allclose(chosen, strong, atol=0)
