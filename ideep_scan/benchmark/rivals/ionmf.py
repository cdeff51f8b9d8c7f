"""iONMF: integrative orthogonality-regularised non-negative matrix factorisation (Strazar et al. 2016).

Multiplicative updates minimise ||X - W H||^2 + alpha ||H H' - I||^2.
An update multiplies a factor by the quotient of the negative and the positive part of the gradient.
Unlike the paper, an update takes the quotient to the power 1, 1/2 or 1/4, because the second term is quartic.
The first power that does not raise the objective is used; 1/4 never raises it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, draw_factors, solve_weights

POWERS = (1.0, 0.5, 0.25)


@dataclass(frozen=True)
class OrthogonalFactors:
    """Learn basis vectors that share few columns. An instance is a `factorisation.Learner`.

    Attributes
    ----------
    alpha : float
        Penalty on the overlap of basis vectors and on lengths other than 1.
    rounds : int
        Number of updates of each factor.
    """

    alpha: float = 1.0
    rounds: int = 100

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Learn weights (rows, rank) and basis (rank, columns), as `factorisation.Learner` describes."""
        weights, basis = draw_factors(data, rank, rng)
        for _ in range(self.rounds):
            weights = weights * _quotient(data @ basis.T, weights @ (basis @ basis.T))
            basis = self._update(basis, weights.T @ weights, (data.T @ weights).T)
        return weights, basis

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Compute weights (rows, rank) for a basis."""
        return solve_weights(data, basis)

    def _update(self, basis: np.ndarray, gram: np.ndarray, cross: np.ndarray) -> np.ndarray:
        """Return the basis after one update that does not raise the objective."""
        overlap = basis @ basis.T
        quotient = _quotient(cross + 2 * self.alpha * basis, (gram + 2 * self.alpha * overlap) @ basis)
        before = self._objective(basis, gram, cross)
        for power in POWERS:
            updated = basis * quotient**power
            if self._objective(updated, gram, cross) <= before:
                return updated
        return basis

    def _objective(self, basis: np.ndarray, gram: np.ndarray, cross: np.ndarray) -> float:
        """Compute the part of the objective that depends on the basis, up to a constant."""
        overlap = basis @ basis.T
        return float(
            (gram * overlap).sum()
            - 2 * (cross * basis).sum()
            + self.alpha * ((overlap - np.eye(len(overlap))) ** 2).sum()
        )


def _quotient(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide; return 0 for a denominator of 0, which keeps a factor at 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


IONMF = Factorisation(tuple(OrthogonalFactors(alpha) for alpha in (1.0, 1000.0)))
