"""iONMF: integrative orthogonality-regularised non-negative matrix factorisation (Strazar et al. 2016).

||X - W H||^2 + alpha ||H H' - I||^2 by multiplicative updates: what grows a factor over what shrinks it, both read from
the gradient. Ours is the care for the quartic term: the quotient is taken to the power 1, 1/2 or 1/4, the first that
does not raise the objective; 1/4 never does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, explaining, random_factors

POWERS = (1.0, 0.5, 0.25)


@dataclass(frozen=True)
class OrthogonalFactors:
    """A `factorisation.Learner`: basis vectors that share few columns.

    Attributes
    ----------
    alpha : price of the overlap of basis vectors, and of lengths other than 1.
    rounds : updates of each factor.
    """

    alpha: float = 1.0
    rounds: int = 100

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        weights, basis = random_factors(data, rank, rng)
        for _ in range(self.rounds):
            weights = weights * _quotient(data @ basis.T, weights @ (basis @ basis.T))
            basis = self._turned(basis, weights.T @ weights, (data.T @ weights).T)
        return weights, basis

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        return explaining(data, basis)

    def _turned(self, basis: np.ndarray, gram: np.ndarray, cross: np.ndarray) -> np.ndarray:
        """The basis after one update that does not raise the objective."""
        overlap = basis @ basis.T
        quotient = _quotient(cross + 2 * self.alpha * basis, (gram + 2 * self.alpha * overlap) @ basis)
        before = self._objective(basis, gram, cross)
        for power in POWERS:
            turned = basis * quotient**power
            if self._objective(turned, gram, cross) <= before:
                return turned
        return basis

    def _objective(self, basis: np.ndarray, gram: np.ndarray, cross: np.ndarray) -> float:
        """What the objective is, but for a constant, as far as the basis decides."""
        overlap = basis @ basis.T
        return float(
            (gram * overlap).sum()
            - 2 * (cross * basis).sum()
            + self.alpha * ((overlap - np.eye(len(overlap))) ** 2).sum()
        )


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below; 0 where both are 0, which keeps a factor at 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


IONMF = Factorisation(tuple(OrthogonalFactors(alpha) for alpha in (1.0, 1000.0)))
