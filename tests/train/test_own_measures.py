"""Measures of a model: values, and too few windows."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.train.metrics import auc
from ideep_scan.train.own_measures import LEAST, measure_own

LABELS = np.repeat([1, 0], [LEAST, 30]).astype(np.int8)
LOGITS = np.linspace(1, -1, len(LABELS)).astype(np.float32)
RANKS = np.array([0.0, 0.005, 0.5, np.nan, *[0.02] * 9], np.float32)


def test_measures_with_intervals() -> None:
    logits = np.random.default_rng(0).permutation(LOGITS)
    measures = measure_own(LABELS, logits, RANKS)
    assert (measures.sites, measures.others, measures.ranked) == (LEAST, 30, len(RANKS) - 1)
    assert measures.auc is not None
    assert measures.auc.value == pytest.approx(auc(LABELS, logits))
    assert measures.auc.low < measures.auc.value < measures.auc.high
    assert measures.within is not None
    assert measures.within.value == pytest.approx(1 - np.nanmean(RANKS))
    assert measures.top is not None
    assert measures.top.value == pytest.approx(2 / 12)


def test_too_few_to_measure() -> None:
    measures = measure_own(LABELS[1:], LOGITS[1:], RANKS[:9])
    assert (measures.auc, measures.auprc, measures.within, measures.top) == (None,) * 4
    assert measure_own(LABELS[:0], LOGITS[:0], RANKS[:0]).sites == 0
