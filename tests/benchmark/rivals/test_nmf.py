"""Plain factorisation by scikit-learn: it repeats itself, stops in time, and warns nobody."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import relative_error
from ideep_scan.benchmark.rivals.nmf import NMF, PlainFactors

DATA = sparse.csr_matrix(np.random.default_rng(0).random((30, 4)) @ np.random.default_rng(1).random((4, 20)))


def factors(seed: int, rounds: int = 100) -> tuple[np.ndarray, np.ndarray]:
    return PlainFactors(rounds).factors(DATA, 4, np.random.default_rng(seed))


def test_the_seed_decides_the_factors():
    for first, second in zip(factors(1), factors(1), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(factors(1)[0], factors(2)[0])


@pytest.mark.parametrize("rounds", [1, 2])
def test_few_rounds_are_not_worth_a_warning(rounds, recwarn):
    factors(0, rounds)
    assert len(recwarn) == 0


def test_data_of_a_low_rank_are_explained():
    weights, basis = factors(0, 1000)
    assert relative_error(DATA, weights, basis) < 1e-3
    np.testing.assert_allclose(PlainFactors().weights(DATA, basis) @ basis, DATA.toarray(), atol=0.1)


def test_the_method_is_one_learner():
    assert NMF.learners == (PlainFactors(),)
