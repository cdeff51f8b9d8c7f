"""Common part of the matrix factorisations: data, prediction, non-negative least squares.

The method is that of Strazar et al. 2016 (Bioinformatics 32:1527).
One matrix of weights W approximates each data matrix with a row for each window: X_i ~ W H_i, all non-negative.
The response is one more such matrix.
A test window gets the weights that approximate its data best.
Its score is their product with the basis of the response.
`nmf`, `snmf`, `qno` and `ionmf` learn the bases in different ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.tetramers import encode_positions
from ideep_scan.benchmark.split import Split
from ideep_scan.train.metrics import auc

EVIDENCE = ("region", "cobinding", "structure")
SWEEPS = 50


class Learner(Protocol):
    """Algorithm that learns factors of a non-negative matrix."""

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Learn factors whose product approximates the data.

        Parameters
        ----------
        data : sparse.csr_matrix
            Non-negative matrix (rows, columns).
        rank : int
            Number of factors.
        rng : np.random.Generator
            Source of random numbers.

        Returns
        -------
        tuple of np.ndarray
            Weights (rows, rank) and basis (rank, columns), both non-negative.
        """
        ...

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Compute the weights of other rows.

        Parameters
        ----------
        data : sparse.csr_matrix
            Non-negative matrix (rows, columns).
        basis : np.ndarray
            Basis (rank, columns).

        Returns
        -------
        np.ndarray
            Weights (rows, rank), non-negative.
        """
        ...


@dataclass(frozen=True)
class Factorisation:
    """Predict the response of the test windows by a factorisation. An instance is a `split.Method`.

    The validation rows choose the learner and the rank with the best AUC.

    Attributes
    ----------
    learners : tuple of Learner
        Learners of one kind with different settings.
    ranks : tuple of int
        Numbers of factors.
    modalities : tuple of str
        Modalities that the method reads.
    """

    learners: tuple[Learner, ...]
    ranks: tuple[int, ...] = (5, 10, 20)
    modalities: tuple[str, ...] = ("sequence", *EVIDENCE)

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        """Return the predicted response of the test windows, float array (len(test),)."""
        data = data_matrix(split)
        response = sparse.csr_matrix(split.labels[split.train, None].astype(float))
        training = sparse.hstack([data[split.train], response]).tocsr()
        best_auc, best_scores = -np.inf, np.zeros(0)
        for learner in self.learners:
            for rank in self.ranks:
                _, basis = learner.factors(training, rank, np.random.default_rng(seed))
                validation_auc = auc(split.labels[split.validation], _predict(learner, data[split.validation], basis))
                if validation_auc > best_auc:
                    best_auc, best_scores = validation_auc, _predict(learner, data[split.test], basis)
        return best_scores


def _predict(learner: Learner, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
    return learner.weights(data, np.ascontiguousarray(basis[:, :-1])) @ basis[:, -1]


def data_matrix(split: Split) -> sparse.csr_matrix:
    """Join the positional tetramers and the evidence of a split without scaling: float64 (n, columns)."""
    windows = split.features.windows
    evidence = [windows[name].reshape(len(split.labels), -1).astype(float) for name in EVIDENCE if name in windows]
    return sparse.hstack([encode_positions(split.codes), *map(sparse.csr_matrix, evidence)]).tocsr()


def draw_factors(data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw random weights and a random basis whose product has the mean of `data`."""
    scale = 2 * np.sqrt(data.mean() / rank)
    return scale * rng.random((data.shape[0], rank)), scale * rng.random((rank, data.shape[1]))


def relative_error(data: sparse.csr_matrix, weights: np.ndarray, basis: np.ndarray) -> float:
    """Compute the squared error of the factors relative to the sum of squares of the data.

    Parameters
    ----------
    data : sparse.csr_matrix
        Matrix (rows, columns).
    weights, basis : np.ndarray
        Factors (rows, rank) and (rank, columns).

    Returns
    -------
    float
        0 for an exact product, 1 for factors of zeros.
    """
    total = data.multiply(data).sum()
    cross = (data @ basis.T * weights).sum()
    return float((total - 2 * cross + ((weights.T @ weights) * (basis @ basis.T)).sum()) / total)


def descend(gram: np.ndarray, cross: np.ndarray, start: np.ndarray, sweeps: int = SWEEPS) -> np.ndarray:
    """Lower the error of non-negative least squares by coordinate descent, column by column.

    The objective of each row x >= 0 is x gram x' / 2 - x cross'.
    The algorithm is hierarchical alternating least squares (Cichocki & Phan 2009, IEICE Trans. Fundamentals E92-A:708).

    Parameters
    ----------
    gram : np.ndarray
        (rank, rank). A factor whose diagonal is 0 stays as it is.
    cross : np.ndarray
        (rows, rank).
    start : np.ndarray
        (rows, rank), the values to start from.
    sweeps : int
        Number of passes over the columns.

    Returns
    -------
    np.ndarray
        (rows, rank), non-negative.
    """
    x = np.asfortranarray(start)
    for _ in range(sweeps):
        for k in range(len(gram)):
            if gram[k, k] > 0:
                x[:, k] = np.maximum(0.0, x[:, k] + (cross[:, k] - x @ gram[:, k]) / gram[k, k])
    return x


def solve_weights(data: sparse.csr_matrix, basis: np.ndarray, sparsity: float = 0.0) -> np.ndarray:
    """Compute the non-negative weights with the least squared error for a basis.

    Parameters
    ----------
    data : sparse.csr_matrix
        Matrix (rows, columns).
    basis : np.ndarray
        Basis (rank, columns).
    sparsity : float
        Penalty on the squared sum of a row's weights.

    Returns
    -------
    np.ndarray
        Weights (rows, rank).
    """
    gram = basis @ basis.T + sparsity
    cross = data @ basis.T
    return descend(gram, cross, np.zeros_like(cross))
