"""Result of a training: the finished model, its data, and what a report shows of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.models.bundle import ModelBundle
from ideep_scan.train.calibrate import Reliability
from ideep_scan.train.own_fit import Epoch as Epoch
from ideep_scan.train.site_summary import SiteSummary
from ideep_scan.train.training_data import TrainingData


@dataclass(frozen=True, slots=True, eq=False)
class TrainingOutcome:
    """A finished training.

    Attributes
    ----------
    model : ModelBundle
        The finished model, with card and calibration.
    data : TrainingData
        All windows.
    codes : np.ndarray
        Int8 (n, width), bases of the windows 5'→3', 0-4.
    summary : SiteSummary or None
        Summary of the sites; None for windows without a place in a genome.
    epochs : tuple of Epoch
        The epochs, in order.
    best_epoch : int
        Number of the epoch whose weights the model has; 0 is the first output on frozen layers.
    test_logits : np.ndarray
        Float32, log odds of the test windows, in their order.
    ranks : np.ndarray
        Float32, for each test site in a scored transcript the share of positions of its locus that score higher.
        0 is the top.
    reliability : Reliability or None
        Validation windows with an expected precision of at least one half, which test sites gave.
        None where too few are held out.
    """

    model: ModelBundle
    data: TrainingData
    codes: np.ndarray
    summary: SiteSummary | None
    epochs: tuple[Epoch, ...]
    best_epoch: int
    test_logits: np.ndarray
    ranks: np.ndarray
    reliability: Reliability | None
