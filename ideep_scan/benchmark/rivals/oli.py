"""Oli: a linear support vector machine on tetranucleotide frequencies (Livi & Blanzieri 2014).

BMC Bioinformatics 15:123. It sees nothing of where in the window a tetranucleotide stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.benchmark.rivals.tetramers import frequencies
from ideep_scan.benchmark.split import Split


@dataclass(frozen=True)
class Oli:
    """A `train.split.Method`: signed distance of the test windows from the plane between the classes.

    It needs no validation rows and learns from them too.

    Attributes
    ----------
    penalties : values of C, the weight of errors in training; the one with the best cross-validated AUC is taken.
    folds : of that cross-validation.
    """

    penalties: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
    folds: int = 5
    modalities: tuple[str, ...] = ("sequence",)

    def __call__(self, split: Split, seed: int) -> np.ndarray:
        from sklearn.model_selection import GridSearchCV, StratifiedKFold
        from sklearn.svm import LinearSVC

        known = np.concatenate([split.train, split.validation])
        search = GridSearchCV(
            LinearSVC(dual=False, random_state=seed),
            {"C": self.penalties},
            scoring="roc_auc",
            cv=StratifiedKFold(self.folds, shuffle=True, random_state=seed),
        )
        search.fit(frequencies(split.codes[known]), split.labels[known])
        return search.decision_function(frequencies(split.codes[split.test]))
