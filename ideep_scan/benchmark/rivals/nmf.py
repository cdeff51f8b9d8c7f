"""NMF: plain non-negative matrix factorisation, by scikit-learn (Lee & Seung 1999; coordinate descent)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ideep_scan.benchmark.rivals.factorisation import Factorisation, explaining


@dataclass(frozen=True)
class PlainFactors:
    """A `factorisation.Learner`: least squares and nothing else; `rounds` at most."""

    rounds: int = 100

    def factors(self, data: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        from sklearn import decomposition
        from sklearn.exceptions import ConvergenceWarning

        seed = int(rng.integers(2**31))
        model = decomposition.NMF(rank, init="random", random_state=seed, max_iter=self.rounds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is part of the method
            weights = model.fit_transform(data)
        return weights, model.components_

    def weights(self, data: sparse.csr_matrix, basis: np.ndarray) -> np.ndarray:
        return explaining(data, basis)


NMF = Factorisation((PlainFactors(),))
