"""Orthogonal factorisation: the penalty parts the basis vectors, and zeros stay zeros."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ideep_scan.benchmark.rivals.ionmf import IONMF, OrthogonalFactors

RANK = 4


@pytest.fixture(scope="module")
def data() -> sparse.csr_matrix:
    rng = np.random.default_rng(5)
    values = rng.random((120, RANK)) * (rng.random((120, RANK)) < 0.5) @ np.kron(np.eye(RANK), np.ones(15))
    values += 0.3 * (rng.random(values.shape) < 0.1)
    values[:, 7], values[9] = 0, 0
    return sparse.csr_matrix(values)


def factors(data, alpha, rounds=100):
    return OrthogonalFactors(alpha, rounds).factors(data, RANK, np.random.default_rng(2))


def test_a_price_on_overlap_makes_the_basis_orthogonal(data):
    def overlap(alpha: float) -> float:
        _, basis = factors(data, alpha, 300)
        gram = basis @ basis.T / np.outer(*[np.linalg.norm(basis, axis=1)] * 2)
        return float(gram[~np.eye(RANK, dtype=bool)].max())

    assert overlap(100.0) < 0.5 * overlap(0.0)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 1000.0])
def test_a_row_and_a_column_of_nothing_end_in_finite_factors(data, alpha):
    weights, basis = factors(data, alpha)
    assert np.isfinite(weights).all()
    assert np.isfinite(basis).all()
    assert not weights[9].any()
    assert alpha or not basis[:, 7].any()


def test_no_data_at_all_are_no_factors():
    weights, _ = OrthogonalFactors(rounds=3).factors(sparse.csr_matrix((5, 6)), 2, np.random.default_rng(0))
    assert not weights.any()


def test_the_validation_windows_choose_between_two_penalties():
    assert [learner.alpha for learner in IONMF.learners] == [1.0, 1000.0]
