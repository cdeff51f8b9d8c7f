"""The factorisations: they never get worse from round to round, never go below 0, and do what their names say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import nnls

from ideep_scan.benchmark.rivals.factorisation import Factorisation, data_matrix, descend, relative_error, solve_weights
from ideep_scan.benchmark.rivals.ionmf import OrthogonalFactors
from ideep_scan.benchmark.rivals.nmf import PlainFactors
from ideep_scan.benchmark.rivals.qno import NewtonFactors
from ideep_scan.benchmark.rivals.snmf import SparseFactors
from ideep_scan.benchmark.rivals.tetramers import encode_positions
from ideep_scan.benchmark.split import Split
from ideep_scan.features.window_features import Features

LEARNERS = [PlainFactors(), SparseFactors(), NewtonFactors(), OrthogonalFactors(), OrthogonalFactors(1000.0)]
RANK = 4


@pytest.fixture(scope="module")
def data() -> sparse.csr_matrix:
    """120 x 60 of four patterns and noise, sparse, with a column and a row of nothing."""
    rng = np.random.default_rng(5)
    values = rng.random((120, RANK)) * (rng.random((120, RANK)) < 0.5) @ np.kron(np.eye(RANK), np.ones(15))
    values += 0.3 * (rng.random(values.shape) < 0.1)
    values[:, 7], values[9] = 0, 0
    return sparse.csr_matrix(values)


def made(learner, data, rounds=None):
    learner = learner if rounds is None else replace(learner, rounds=rounds)
    return learner.factors(data, RANK, np.random.default_rng(2))


@pytest.mark.parametrize("learner", LEARNERS, ids=str)
def test_factors_are_not_negative_and_explain_the_data(learner, data):
    weights, basis = made(learner, data)
    assert weights.shape == (120, RANK)
    assert basis.shape == (RANK, 60)
    assert (weights >= 0).all()
    assert (basis >= 0).all()
    rest = data.toarray() - weights @ basis
    assert np.isclose(relative_error(data, weights, basis), (rest**2).sum() / (data.toarray() ** 2).sum())
    assert relative_error(data, weights, basis) < 0.4


@pytest.mark.parametrize("learner", [PlainFactors(), NewtonFactors()], ids=str)
def test_the_error_falls_from_round_to_round(learner, data):
    errors = [relative_error(data, *made(learner, data, rounds)) for rounds in (1, 2, 4, 8, 16, 32)]
    assert all(after <= before + 1e-9 for before, after in pairwise(errors))
    assert errors[-1] < 0.5 * errors[0]


@pytest.mark.parametrize("learner", LEARNERS[3:] + LEARNERS[1:2], ids=str)
def test_the_penalised_objective_falls_from_round_to_round(learner, data):
    def objective(rounds: int) -> float:
        weights, basis = made(learner, data, rounds)
        rest = ((data.toarray() - weights @ basis) ** 2).sum()
        if isinstance(learner, SparseFactors):
            return rest + learner.eta * (basis**2).sum() + learner.beta * (weights.sum(1) ** 2).sum()
        return rest + learner.alpha * ((basis @ basis.T - np.eye(RANK)) ** 2).sum()

    values = [objective(rounds) for rounds in (1, 2, 3, 4, 6, 8, 16, 32)]
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(values))
    assert values[-1] < 0.8 * values[0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 5))
def test_explaining_is_non_negative_least_squares(seed, sparsity):
    rng = np.random.default_rng(seed)
    basis, rows = rng.random((3, 12)), rng.random((4, 12)) * (rng.random((4, 12)) < 0.6)
    results = solve_weights(sparse.csr_matrix(rows), basis, sparsity)
    stacked = np.vstack([basis.T, np.full((1, 3), np.sqrt(sparsity))])
    for weights, row in zip(results, rows, strict=True):
        best, _ = nnls(stacked, np.append(row, 0.0))
        lost = ((stacked @ weights - np.append(row, 0.0)) ** 2).sum()
        assert lost <= ((stacked @ best - np.append(row, 0.0)) ** 2).sum() + 1e-3


def test_a_factor_that_nothing_uses_is_left_alone():
    gram, cross = np.diag([2.0, 0.0]), np.array([[4.0, 0.0]])
    assert descend(gram, cross, np.zeros((1, 2))).tolist() == [[2.0, 0.0]]


def split_of(windows: dict[str, np.ndarray], codes: np.ndarray, labels: np.ndarray) -> Split:
    return Split(codes, Features(windows, {}), labels, *np.split(np.arange(len(labels)), [60, 80]))


def test_data_are_tetramers_and_evidence_side_by_side():
    rng = np.random.default_rng(0)
    codes, labels = rng.integers(0, 4, (100, 20)).astype(np.int8), rng.integers(0, 2, 100).astype(np.int8)
    region, structure = rng.integers(0, 2, (100, 5, 20)), rng.random((100, 1, 20)).astype(np.float32)
    split = split_of({"structure": structure, "sequence": np.zeros((100, 4, 20)), "region": region}, codes, labels)
    expected = np.hstack([encode_positions(codes).toarray(), region.reshape(100, -1), structure.reshape(100, -1)])
    np.testing.assert_allclose(data_matrix(split).toarray(), expected)


def test_validation_rows_choose_the_learner_and_its_rank():
    """A learner that gives one factor to each class against one that tells nothing, whatever comes first."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 100).astype(np.int8)
    region = np.zeros((100, 2, 20))
    region[np.arange(100), labels] = 1

    class Blind(PlainFactors):
        def weights(self, data, basis):
            return rng.random((data.shape[0], len(basis)))

    split = split_of({"region": region}, rng.integers(0, 4, (100, 20)).astype(np.int8), labels)
    for learners in [(PlainFactors(), Blind()), (Blind(), PlainFactors())]:
        scores = Factorisation(learners, ranks=(1, 2))(split, 0)
        assert scores[labels[80:] == 1].min() > scores[labels[80:] == 0].max()
