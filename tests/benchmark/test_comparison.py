"""Means and correlations of the benchmark against numpy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.benchmark.comparison import average_rows, correlate
from ideep_scan.benchmark.records import Row, Subject
from ideep_scan.records.estimate import Estimate


def test_a_mean_is_less_noisy_than_its_parts():
    rows = [
        Row("published", "m", Subject(n, str(n), "P"), Estimate(v, 0, 1, 0.03), Estimate(v / 2, 0, 1, 0.05), 10.0 * n)
        for n, v in enumerate((0.6, 0.8, 0.9, 0.9))
    ]
    mean = average_rows(rows, 0.7)
    assert (mean.auc, mean.auprc, mean.experiments, mean.seconds) == pytest.approx((0.8, 0.4, 4, 15))
    assert (mean.auc_sd, mean.auprc_sd) == pytest.approx((0.015, 0.025))
    draws = np.random.default_rng(0).normal(0, 0.03, (20_000, 4)).mean(axis=1)
    assert mean.auc_sd == pytest.approx(draws.std(), rel=0.03)


def test_correlation_is_that_of_numpy_and_nan_without_variation():
    columns = np.random.default_rng(0).normal(size=(4, 31))
    np.testing.assert_allclose(correlate(list(columns)), np.corrcoef(columns))
    flat = correlate([*columns[:2], np.full(31, 0.7)])
    assert np.isnan(flat[2]).all()
    np.testing.assert_allclose(flat[:2, :2], np.corrcoef(columns[:2]))
