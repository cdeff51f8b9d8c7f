"""Figures of merit against their definitions and scikit-learn."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from ideep_scan.train.metrics import auc, auc_and_auprc, auprc, bootstrap, compute_wilson, rank_among, rank_sites

labelled = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=25).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


@settings(max_examples=60, deadline=None)
@given(labelled)
def test_auc_is_the_chance_that_a_positive_scores_above_a_negative(rows):
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    above = [(p > n) + (p == n) / 2 for p in scores[labels == 1] for n in scores[labels == 0]]
    assert auc(labels, scores) == pytest.approx(np.mean(above))
    assert auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))


@settings(max_examples=60, deadline=None)
@given(labelled)
def test_auprc_is_the_mean_precision_at_the_positives(rows):
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    expected, recall = 0.0, 0.0
    for level in sorted(set(scores.tolist()), reverse=True):
        called = labels[scores >= level]
        now = called.sum() / labels.sum()
        expected, recall = expected + (now - recall) * called.mean(), now
    assert auprc(labels, scores) == pytest.approx(expected)
    assert auprc(labels, scores) == pytest.approx(average_precision_score(labels, scores))


@pytest.mark.parametrize("statistic", [auc, auprc])
@pytest.mark.parametrize("label", [0, 1])
def test_one_class_has_no_figure(statistic, label):
    with pytest.raises(ValueError, match="all labels are equal"):
        statistic(np.full(5, label), np.arange(5.0))


@pytest.mark.parametrize("statistic", [auc, auprc])
def test_the_interval_holds_the_value_and_shrinks_with_rows(statistic):
    rng = np.random.default_rng(1)
    widths = []
    for rows in (60, 1500):
        labels = rng.integers(0, 2, rows)
        results = bootstrap(statistic, labels, labels + rng.normal(0, 1.5, rows), samples=200)
        assert results.low < results.value < results.high
        assert (results.high - results.low) / 4 == pytest.approx(results.sd, rel=0.35)
        widths.append(results.high - results.low)
    assert widths[1] < widths[0] / 2.5


def test_the_interval_of_a_mean_is_that_of_the_textbook():
    values = np.random.default_rng(2).normal(3, 2, 400)
    results = bootstrap(lambda rows: float(rows.mean()), values, samples=1000)
    error = values.std() / 20
    assert results.value == pytest.approx(values.mean())
    assert results.sd == pytest.approx(error, rel=0.1)
    assert (results.low, results.high) == pytest.approx(
        (results.value - 1.96 * error, results.value + 1.96 * error), abs=0.3 * error
    )


def test_the_same_seed_draws_the_same_rows():
    labels, scores = np.array([0, 1] * 10), np.arange(20.0) % 7
    assert bootstrap(auc, labels, scores, samples=50) == bootstrap(auc, labels, scores, samples=50)
    assert bootstrap(auc, labels, scores, samples=50) != bootstrap(auc, labels, scores, samples=50, seed=1)


@pytest.mark.parametrize("statistic", [auc, auprc])
def test_draws_of_one_class_are_drawn_again(statistic):
    results = bootstrap(statistic, np.array([1, 0, 0, 0]), np.array([0.9, 0.1, 0.2, 0.95]), samples=100)
    assert np.isfinite([results.value, results.low, results.high, results.sd]).all()
    assert statistic is auc or results.low > 0  # the auPRC of a draw without a site would be 0


def test_rows_of_one_class_have_no_interval():
    with pytest.raises(ValueError, match="all labels are equal"):
        bootstrap(auc, np.zeros(4), np.arange(4.0), samples=10)


@pytest.mark.parametrize(
    ("score", "others", "rank"),
    [(2.0, [1, 2, 3, np.nan], 0.5), (0.0, [1, 2], 0.0), (9.0, [1, 2, np.nan], 1.0), (1.0, [1, 1], 0.5)],
)
def test_rank_among(score, others, rank):
    assert rank_among(score, np.array(others, float)) == rank


def test_the_mean_rank_of_positives_among_negatives_is_the_auc():
    rng = np.random.default_rng(3)
    labels, scores = rng.integers(0, 2, 80), rng.integers(0, 12, 80).astype(float)
    ranks = [rank_among(score, scores[labels == 0]) for score in scores[labels == 1]]
    assert np.mean(ranks) == pytest.approx(auc(labels, scores))


def test_ranks_look_only_at_scored_positions_in_reach_on_the_same_strand():
    nan = np.nan
    plus = np.array([9, 9, 1, 3, 2, nan, 4, 9], float)
    minus = np.array([5, nan, nan, nan, nan, nan, 5, 6], float)
    sites = [(3, "+"), (5, "+"), (0, "+"), (7, "+"), (0, "-"), (7, "-")]
    rank, others = rank_sites({"+": plus, "-": minus}, sites, 3)
    np.testing.assert_array_equal(rank, [2 / 5, nan, 2.5 / 3, 1, nan, 1])
    np.testing.assert_array_equal(others, [5, 5, 3, 2, 0, 1])


def test_ranks_of_no_sites():
    rank, others = rank_sites({"+": np.zeros(3), "-": np.zeros(3)}, [], 2)
    assert rank.size == others.size == 0


@settings(max_examples=15, deadline=None)
@given(labelled, st.integers(0, 9))
def test_both_figures_at_once_are_the_bootstraps_of_each(rows, seed):
    labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    for quick, statistic in zip(auc_and_auprc(labels, scores, 40, seed), (auc, auprc), strict=True):
        slow = bootstrap(statistic, labels, scores, samples=40, seed=seed)
        np.testing.assert_allclose(astuple(quick), astuple(slow), atol=1e-12)


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.278), (1.0, 0.722, 1.0)])
def test_an_interval_of_ten_windows_alike_is_wide(share: float, low: float, high: float) -> None:
    assert compute_wilson(np.array(share), np.array(10)) == pytest.approx((low, high), abs=1e-3)
