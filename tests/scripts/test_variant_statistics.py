"""Statistics of the scripts on variants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from variant_statistics import adjust, bootstrap, draw_weights, p_value, rank, summarize, weighted_spearman

from ideep_scan.records.estimate import Estimate


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_a_bootstrap_sample_draws_whole_clusters(clusters):
    weights = draw_weights(clusters, 20)
    assert (weights[0] == 1).all()
    first = [clusters.index(name) for name in clusters]
    assert (weights == weights[:, first]).all()
    distinct = sorted(set(first))
    assert (weights[1:, distinct].sum(1) == len(distinct)).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_ranks_are_means_of_places(values):
    ordered = sorted(values)
    slow = [np.mean([place + 1 for place, other in enumerate(ordered) if other == value]) for value in values]
    assert rank(np.array(values)).tolist() == pytest.approx(slow)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_p_values(p_values):
    ordered, n = sorted(p_values), len(p_values)

    def slow(p_value):
        place = n - ordered[::-1].index(p_value)
        return min([1.0] + [ordered[other - 1] * n / other for other in range(place, n + 1)])

    assert adjust(p_values) == pytest.approx([slow(p_value) for p_value in p_values])


def test_a_correlation_counts_each_draw():
    x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 4, 9, -1])
    assert weighted_spearman(x, y)(np.array([1, 1, 1, 0])) == pytest.approx(1)
    assert weighted_spearman(x, y)(np.array([0, 0, 3, 1])) == pytest.approx(-1)
    assert np.isnan(weighted_spearman(x, y)(np.array([0, 2, 0, 0])))


def test_an_interval_holds_the_mean_of_its_data():
    values = np.random.default_rng(0).normal(3, 1, 400)
    weights = draw_weights([str(row) for row in range(400)], 500)
    estimate = bootstrap(weights, lambda row: float(row @ values / row.sum()))
    assert estimate.low < 3 < estimate.high
    assert estimate.sd == pytest.approx(1 / 20, rel=0.2)
    assert p_value(estimate, 3) > 0.05 > p_value(estimate, 2)


def test_samples_without_a_value_are_left_out():
    assert summarize(np.array([1.0, np.nan, 2, 2, np.inf])) == Estimate(1, 2, 2, 0)
