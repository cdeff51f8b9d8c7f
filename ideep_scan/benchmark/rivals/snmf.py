"""SNMF: sparse non-negative matrix factorisation (Kim & Park 2007, Bioinformatics 23:1495).

||X - W H||^2 + eta ||H||^2 + beta sum_rows (sum_k W)^2: few factors explain a window. Kim & Park solve each alternating
step by an active-set method; ours by coordinate descent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, descend, explaining, random_factors


@dataclass(frozen=True)
class SparseFactors:
    """A `factorisation.Learner`: weights are sparse.

    Attributes
    ----------
    beta : price of the square of a window's sum of weights.
    eta : price of the squares of the basis, which else would grow where the weights shrink.
    rounds, sweeps : of the alternation, and of coordinate descent within each.
    """

    beta: float = 10.0
    eta: float = 1.0
    rounds: int = 60
    sweeps: int = 2

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        weights, basis = random_factors(data, rank, rng)
        columns = basis.T
        for _ in range(self.rounds):
            weights = descend(columns.T @ columns + self.beta, data @ columns, weights, self.sweeps)
            columns = descend(weights.T @ weights + self.eta * np.eye(rank), data.T @ weights, columns, self.sweeps)
        return weights, columns.T

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        return explaining(data, basis, self.beta)


SNMF = Factorisation((SparseFactors(),))
