"""The tree of filters against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.motifs.filter_tree import order_filters


@settings(max_examples=25)
@given(seed=st.integers(0, 999), filters=st.integers(2, 20))
def test_merges_and_order_are_those_of_scipy(seed, filters):
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    weights = np.random.default_rng(seed).normal(size=(filters, 4, 9)).astype(np.float32)
    tree = order_filters(weights)
    linkage = hierarchy.linkage(weights.reshape(filters, -1).astype(np.float64), "average", "cosine")
    np.testing.assert_allclose(np.array(tree.merges), linkage[:, :3])
    assert list(tree.order) == hierarchy.leaves_list(linkage).tolist()


def test_scaling_a_filter_changes_nothing():
    weights = np.random.default_rng(1).normal(size=(9, 4, 5))
    scales = np.arange(1, 10)[:, None, None]
    one, other = order_filters(weights), order_filters(weights * scales)
    assert one.order == other.order
    np.testing.assert_allclose(one.merges, other.merges)


def test_few_filters_and_filters_of_zeros():
    assert order_filters(np.ones((1, 4, 9))) == ((0,), ())
    assert order_filters(np.zeros((3, 4, 9))) == ((2, 0, 1), ((0, 1, 1.0), (2, 3, 1.0)))
