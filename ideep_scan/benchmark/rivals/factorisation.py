"""What the matrix factorisations share: their data, their prediction, and the non-negative least squares in them.

After Strazar et al. 2016 (Bioinformatics 32:1527): data matrices with a row per window are approximated by one matrix
of weights times a basis each, X_i ~ W H_i, all non-negative, and the response is one more such matrix. A test window
gets the weights that explain its data best; they times the basis of the response are its score. How a basis is learned
is said in `nmf`, `snmf`, `qno` and `ionmf`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.tetramers import positional
from ideep_scan.benchmark.split import Split
from ideep_scan.train.metrics import auc

EVIDENCE = ("region", "cobinding", "structure")
SWEEPS = 50


class Learner(Protocol):
    """Learns factors of a non-negative matrix."""

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Weights (rows, rank) and basis (rank, columns), none below 0, whose product approximates `data`."""
        ...

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Weights (rows, rank) of other rows given the basis."""
        ...


@dataclass(frozen=True)
class Factorisation:
    """A `train.split.Method`: the response that a factorisation predicts for the test windows.

    Attributes
    ----------
    learners : of one kind with different settings; with `ranks`, the validation rows choose the pair with the best AUC.
    ranks : numbers of factors.
    """

    learners: tuple[Learner, ...]
    ranks: tuple[int, ...] = (5, 10, 20)
    modalities: tuple[str, ...] = ("sequence", *EVIDENCE)

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        data = data_matrix(split)
        response = sparse.csr_matrix(split.labels[split.train, None].astype(float))
        known = sparse.hstack([data[split.train], response]).tocsr()
        best, chosen = -np.inf, np.zeros(0)
        for learner in self.learners:
            for rank in self.ranks:
                _, basis = learner.factors(known, rank, np.random.default_rng(seed))
                score = auc(split.labels[split.validation], _predicted(learner, data[split.validation], basis))
                if score > best:
                    best, chosen = score, _predicted(learner, data[split.test], basis)
        return chosen


def _predicted(learner: Learner, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
    return learner.weights(data, np.ascontiguousarray(basis[:, :-1])) @ basis[:, -1]


def data_matrix(split: Split) -> sparse.csr_matrix:
    """Positional tetramers and the evidence that a split has, side by side as they are: float64 (n, columns)."""
    windows = split.features.windows
    evidence = [windows[name].reshape(len(split.labels), -1).astype(float) for name in EVIDENCE if name in windows]
    return sparse.hstack([positional(split.codes), *map(sparse.csr_matrix, evidence)]).tocsr()


def random_factors(data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random weights and basis whose product has the mean of `data`."""
    scale = 2 * np.sqrt(data.mean() / rank)
    return scale * rng.random((data.shape[0], rank)), scale * rng.random((rank, data.shape[1]))


def error(data: sparse.csr_matrix, weights: np.ndarray, basis: np.ndarray) -> float:
    """Share of the squared entries of `data` that the product of the factors leaves unexplained."""
    total = data.multiply(data).sum()
    cross = (data @ basis.T * weights).sum()
    return float((total - 2 * cross + ((weights.T @ weights) * (basis @ basis.T)).sum()) / total)


def descend(gram: np.ndarray, cross: np.ndarray, start: np.ndarray, sweeps: int = SWEEPS) -> np.ndarray:
    """Non-negative least squares by coordinate descent, column after column (hierarchical alternating least squares).

    Lowers x gram x' / 2 - x cross' for each row x >= 0 by itself (Cichocki & Phan 2009, IEICE Trans. Fundamentals
    E92-A:708).

    Parameters
    ----------
    gram : (rank, rank) with a positive diagonal where a factor is used at all.
    cross, start : (rows, rank).
    """
    x = np.asfortranarray(start)
    for _ in range(sweeps):
        for k in range(len(gram)):
            if gram[k, k] > 0:
                x[:, k] = np.maximum(0.0, x[:, k] + (cross[:, k] - x @ gram[:, k]) / gram[k, k])
    return x


def explaining(data: sparse.csr_matrix, basis: np.ndarray, sparsity: float = 0.0) -> np.ndarray:
    """Non-negative weights (rows, rank) with which a basis explains rows best.

    `sparsity` is the price of the square of a row's sum of weights.
    """
    gram = basis @ basis.T + sparsity
    cross = data @ basis.T
    return descend(gram, cross, np.zeros_like(cross))
