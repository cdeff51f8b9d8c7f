"""QNO: non-negative matrix factorisation by quasi-Newton optimisation (after Zdunek & Cichocki 2006, ICAISC, 870-879).

Each factor in turn takes a Newton step of the squared error, damped as by Levenberg and Marquardt, and is cut off at 0.
Ours are the choice of the coordinates that take part (those that are above 0 or want to be) and the halving of a
row's step until its error does not rise; Zdunek & Cichocki minimise alpha divergences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, explaining, random_factors

HALVINGS = 6


@dataclass(frozen=True)
class NewtonFactors:
    """A `factorisation.Learner`: projected Newton steps.

    Attributes
    ----------
    damping : added to the diagonal of the Hessian, as a share of its mean.
    rounds : steps of each factor.
    """

    damping: float = 0.01
    rounds: int = 60

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        weights, basis = random_factors(data, rank, rng)
        columns = basis.T
        for _ in range(self.rounds):
            weights = newton(columns.T @ columns, data @ columns, weights, self.damping)
            columns = newton(weights.T @ weights, data.T @ weights, columns, self.damping)
        return weights, columns.T

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        return explaining(data, basis)


def newton(gram: np.ndarray, cross: np.ndarray, x: np.ndarray, damping: float) -> np.ndarray:
    """One damped Newton step of x gram x' / 2 - x cross' within x >= 0, row by row; no row gets worse.

    Parameters
    ----------
    gram : (rank, rank); cross, x : (rows, rank).
    """
    slope = x @ gram - cross
    free = (x > 0) | (slope < 0)
    hessian = gram + (damping * np.trace(gram) / len(gram) + np.finfo(float).tiny) * np.eye(len(gram))
    step = np.linalg.solve(hessian, (slope * free).T).T * free

    def value(rows: np.ndarray) -> np.ndarray:
        return ((0.5 * rows @ gram - cross) * rows).sum(1)

    before, out = value(x), x.copy()
    open_rows = np.ones(len(x), bool)
    for halving in range(HALVINGS):
        tried = np.maximum(0.0, x - step / 2**halving)
        better = open_rows & (value(tried) <= before)
        out[better] = tried[better]
        open_rows &= ~better
        if not open_rows.any():
            break
    return out


QNO = Factorisation((NewtonFactors(),))
