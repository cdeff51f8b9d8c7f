"""QNO: non-negative matrix factorisation by quasi-Newton optimisation (after Zdunek & Cichocki 2006, ICAISC, 870-879).

Each factor in turn takes a Newton step of the squared error, damped as by Levenberg and Marquardt, and is clipped at 0.
There are three differences from Zdunek & Cichocki.
The objective is the squared error instead of an alpha divergence.
Only coordinates that are positive, or whose gradient is negative, take part in a step.
A row's step is halved until its error does not rise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, draw_factors, solve_weights

HALVINGS = 6


@dataclass(frozen=True)
class NewtonFactors:
    """Learn factors by projected Newton steps. An instance is a `factorisation.Learner`.

    Attributes
    ----------
    damping : float
        Addition to the diagonal of the Hessian, as a share of its mean.
    rounds : int
        Number of steps of each factor.
    """

    damping: float = 0.01
    rounds: int = 60

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Learn weights (rows, rank) and basis (rank, columns), as `factorisation.Learner` describes."""
        weights, basis = draw_factors(data, rank, rng)
        columns = basis.T
        for _ in range(self.rounds):
            weights = newton_step(columns.T @ columns, data @ columns, weights, self.damping)
            columns = newton_step(weights.T @ weights, data.T @ weights, columns, self.damping)
        return weights, columns.T

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Compute weights (rows, rank) for a basis."""
        return solve_weights(data, basis)


def newton_step(gram: np.ndarray, cross: np.ndarray, x: np.ndarray, damping: float) -> np.ndarray:
    """Take one damped Newton step of x gram x' / 2 - x cross' within x >= 0, row by row.

    Parameters
    ----------
    gram : np.ndarray
        (rank, rank).
    cross : np.ndarray
        (rows, rank).
    x : np.ndarray
        (rows, rank), the current values.
    damping : float
        Addition to the diagonal of the Hessian, as a share of its mean.

    Returns
    -------
    np.ndarray
        (rows, rank), non-negative. The objective of no row is higher than before.
    """
    slope = x @ gram - cross
    free = (x > 0) | (slope < 0)
    hessian = gram + (damping * np.trace(gram) / len(gram) + np.finfo(float).tiny) * np.eye(len(gram))
    step = np.linalg.solve(hessian, (slope * free).T).T * free

    def value(rows: np.ndarray) -> np.ndarray:
        return ((0.5 * rows @ gram - cross) * rows).sum(1)

    initial_value = value(x)
    result = x.copy()
    open_rows = np.ones(len(x), bool)
    for halving in range(HALVINGS):
        candidate = np.maximum(0.0, x - step / 2**halving)
        better = open_rows & (value(candidate) <= initial_value)
        result[better] = candidate[better]
        open_rows &= ~better
        if not open_rows.any():
            break
    return result


QNO = Factorisation((NewtonFactors(),))
