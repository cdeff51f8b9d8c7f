"""Oli: a linear support vector machine on tetranucleotide frequencies (Livi & Blanzieri 2014).

BMC Bioinformatics 15:123. The frequencies do not depend on positions in the window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.benchmark.rivals.tetramers import tetramer_shares
from ideep_scan.benchmark.split import Split


@dataclass(frozen=True)
class Oli:
    """Score the test windows by their signed distance from the plane between the classes.

    An instance is a `split.Method`. Training uses the validation rows too.

    Attributes
    ----------
    penalties : tuple of float
        Values of C, the weight of training errors. The value with the best cross-validated AUC is used.
    folds : int
        Number of parts of that cross-validation.
    modalities : tuple of str
        Modalities that the method reads.
    """

    penalties: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
    folds: int = 5
    modalities: tuple[str, ...] = ("sequence",)

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        """Return the signed distances of the test windows, float array (len(test),)."""
        from sklearn.model_selection import GridSearchCV, StratifiedKFold
        from sklearn.svm import LinearSVC

        rows = np.concatenate([split.train, split.validation])
        search = GridSearchCV(
            LinearSVC(dual=False, random_state=seed),
            {"C": self.penalties},
            scoring="roc_auc",
            cv=StratifiedKFold(self.folds, shuffle=True, random_state=seed),
        )
        search.fit(tetramer_shares(split.codes[rows]), split.labels[rows])
        return search.decision_function(tetramer_shares(split.codes[split.test]))
