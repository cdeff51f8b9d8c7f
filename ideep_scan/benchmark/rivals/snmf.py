"""SNMF: sparse non-negative matrix factorisation (Kim & Park 2007, Bioinformatics 23:1495).

The objective is ||X - W H||^2 + eta ||H||^2 + beta sum_rows (sum_k W)^2, so that a window uses few factors.
Each alternating step uses coordinate descent instead of the active-set method of Kim & Park.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, descend, draw_factors, solve_weights


@dataclass(frozen=True)
class SparseFactors:
    """Learn factors with sparse weights. An instance is a `factorisation.Learner`.

    Attributes
    ----------
    beta : float
        Penalty on the squared sum of a window's weights.
    eta : float
        Penalty on the squares of the basis. Without it the basis would grow as the weights shrink.
    rounds : int
        Number of alternations.
    sweeps : int
        Number of passes of coordinate descent in each alternation.
    """

    beta: float = 10.0
    eta: float = 1.0
    rounds: int = 60
    sweeps: int = 2

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Learn weights (rows, rank) and basis (rank, columns), as `factorisation.Learner` describes."""
        weights, basis = draw_factors(data, rank, rng)
        columns = basis.T
        for _ in range(self.rounds):
            weights = descend(columns.T @ columns + self.beta, data @ columns, weights, self.sweeps)
            columns = descend(weights.T @ weights + self.eta * np.eye(rank), data.T @ weights, columns, self.sweeps)
        return weights, columns.T

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Compute weights (rows, rank) for a basis."""
        return solve_weights(data, basis, self.beta)


SNMF = Factorisation((SparseFactors(),))
