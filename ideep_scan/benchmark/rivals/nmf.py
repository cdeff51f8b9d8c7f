"""NMF: plain non-negative matrix factorisation, by scikit-learn (Lee & Seung 1999; coordinate descent)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, solve_weights


@dataclass(frozen=True)
class PlainFactors:
    """Learn factors by plain least squares. An instance is a `factorisation.Learner`.

    Attributes
    ----------
    rounds : int
        Largest number of iterations.
    """

    rounds: int = 100

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Learn weights (rows, rank) and basis (rank, columns), as `factorisation.Learner` describes."""
        from sklearn import decomposition
        from sklearn.exceptions import ConvergenceWarning

        seed = int(rng.integers(2**31))
        model = decomposition.NMF(rank, init="random", random_state=seed, max_iter=self.rounds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is part of the method
            weights = model.fit_transform(data)
        return weights, model.components_

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        """Compute weights (rows, rank) for a basis."""
        return solve_weights(data, basis)


NMF = Factorisation((PlainFactors(),))
