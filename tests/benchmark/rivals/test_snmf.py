"""Sparse factorisation: the penalty empties weights, of training and of test windows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ideep_scan.benchmark.rivals.snmf import SparseFactors

RANK = 4


@pytest.fixture(scope="module")
def data() -> sparse.csr_matrix:
    rng = np.random.default_rng(5)
    values = rng.random((120, RANK)) * (rng.random((120, RANK)) < 0.5) @ np.kron(np.eye(RANK), np.ones(15))
    return sparse.csr_matrix(values + 0.3 * (rng.random(values.shape) < 0.1))


def factors(data, **fields):
    return SparseFactors(**fields).factors(data, RANK, np.random.default_rng(2))


def test_a_price_on_sums_makes_weights_sparse(data):
    used = [(factors(data, beta=beta)[0] > 0).sum() for beta in (0.0, 10.0)]
    assert used[1] < 0.8 * used[0]


def test_weights_of_other_windows_have_the_same_price(data):
    _, basis = factors(data)
    free, priced = (SparseFactors(beta=beta).weights(data, basis) for beta in (0.0, 10.0))
    assert (priced > 0).sum() < (free > 0).sum()
    assert priced.sum() < free.sum()


def test_a_price_on_the_basis_keeps_it_from_growing(data):
    sizes = [(factors(data, eta=eta)[1] ** 2).sum() for eta in (0.01, 10.0)]
    assert sizes[1] < sizes[0]
