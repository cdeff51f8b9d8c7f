"""What a method of the benchmark gets and gives: one experiment with its rows told apart, and scores of the test rows.

It reads no file and makes no features; the methods themselves are in `baselines/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ideep_scan.train.dataset import Features


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Windows of one experiment and which of them may be learned from.

    Attributes
    ----------
    codes : int8 array (n, width), 5'→3' on the window's strand: 0 1 2 3 = A C G U, 4 = unknown.
    features : window and centre tensors by modality, of the same n rows.
    labels : int8 array (n,): 1 = bound, 0 = not. Those of the test rows are for the judge, never for a method.
    train, validation, test : int64 arrays of rows, no row in two of them.
    more : int64 array of further rows, in none of the others, that may be learned from; most methods leave them.

    Raises
    ------
    ValueError : a row in two parts or twice in one, or arrays of different lengths.
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
"""(split, seed) -> scores of the test rows, float array (len(test),); the higher, the more likely a site."""
