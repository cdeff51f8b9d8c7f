"""Windows to train a model on: their places, labels, parts of the split, and kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.places import Places

TRAIN, VALIDATION, TEST = range(3)  # parts of the split
SITE, SAME_TRANSCRIPT, UNBOUND_GENE, GIVEN = range(4)  # kinds of windows; GIVEN: places of --negatives


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Windows with labels.

    Attributes
    ----------
    places : Places
        Centres of n windows.
    label : np.ndarray
        Int8 (n,), 1 for a site, else 0.
    part : np.ndarray
        Int8 (n,), TRAIN, VALIDATION or TEST.
    kind : np.ndarray
        Int8 (n,), SITE, SAME_TRANSCRIPT, UNBOUND_GENE or GIVEN.
    strength : np.ndarray
        Float32 (n,), strength of a site in its list; NaN for other windows, and for formats without a strength.
    locus : np.ndarray
        Int64 (n,), number of the locus that holds the window; -1 for none.
    """

    places: Places
    label: np.ndarray
    part: np.ndarray
    kind: np.ndarray
    strength: np.ndarray
    locus: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, rows: np.ndarray) -> TrainingData:
        return TrainingData(
            self.places[rows],
            self.label[rows],
            self.part[rows],
            self.kind[rows],
            self.strength[rows],
            self.locus[rows],
        )
