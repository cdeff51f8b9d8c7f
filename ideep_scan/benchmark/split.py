"""Interface of a method: a split of one experiment into training, validation and test rows in, scores out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ideep_scan.features.window_features import Features


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Windows of one experiment, divided into training, validation and test rows.

    Attributes
    ----------
    codes : np.ndarray
        int8 (n, width), 5'→3' on the window's strand: 0 1 2 3 = A C G U, 4 = unknown.
    features : Features
        Window and centre tensors by modality, of the same n rows.
    labels : np.ndarray
        int8 (n,): 1 = bound, 0 = unbound. A method must not read those of the test rows.
    train, validation, test : np.ndarray
        int64 arrays of rows, without a row in common.
    more : np.ndarray
        int64 array of further training rows, which only `ExtendedMethod` uses.

    Raises
    ------
    ValueError
        A row is in two parts or twice in one, or the arrays have different lengths.
    """

    codes: np.ndarray
    features: Features
    labels: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    more: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        rows = np.concatenate([self.train, self.validation, self.test, self.more])
        if np.unique(rows).size != rows.size:
            raise ValueError("a row is in two parts of the split, or twice in one")
        arrays = [self.codes, *self.features.windows.values(), *self.features.centres.values()]
        if any(len(array) != len(self.labels) for array in arrays):
            raise ValueError("codes, features and labels of a split must have the same rows")


Method = Callable[[Split, int], np.ndarray]
"""Train on a split with a seed; return scores of the test rows, float array (len(test),)."""
