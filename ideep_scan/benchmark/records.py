"""What the benchmark is made of: cells (a method on an experiment), their results, and the rows of its tables.

Nothing is trained, measured or written here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.estimate import Estimate

PUBLISHED, OWN = "published", "own"
PROTOCOLS = (PUBLISHED, OWN)


@dataclass(frozen=True, slots=True)
class Cell:
    """One training with its test.

    Attributes
    ----------
    protocol : `PUBLISHED` (published matrices) or `OWN` (own featurizer).
    fold, folds : 0 = the published test windows; else part `fold` of `folds` of the training windows is the test.
    """

    protocol: str
    method: str
    experiment: str
    fold: int = 0
    folds: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a cell came to.

    Attributes
    ----------
    labels : int8 array (n,), 0/1, of the test windows in the order of their file.
    scores : float32 array (n,); the higher, the more likely a site.
    seconds : what training and scoring took, on one thread.
    """

    labels: np.ndarray
    scores: np.ndarray
    auc: Estimate
    auprc: Estimate
    seconds: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """Figures of others for one experiment, on the same training and test windows.

    Attributes
    ----------
    auc, auprc : an independent re-run of iDeep; `sd` is the bootstrap standard deviation of its AUC.
    spline_auc, spline_auprc : the same network with distances to gene landmarks (Avsec et al. 2018).
    """

    auc: float
    auprc: float
    sd: float
    spline_auc: float
    spline_auprc: float


@dataclass(frozen=True, slots=True)
class Subject:
    """An experiment as tables and figures name it: number, protein, and what tells it from others of the protein."""

    number: int
    folder: str
    protein: str
    detail: str = ""

    @property
    def label(self) -> str:
        """One line for it."""
        return f"{self.number} {self.protein}" + (f", {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A method on an experiment, as the tables show it.

    Attributes
    ----------
    cross : AUC of each fold of the cross-validation; empty without one.
    """

    protocol: str
    method: str
    subject: Subject
    auc: Estimate
    auprc: Estimate
    seconds: float
    cross: tuple[float, ...] = ()
    anchor: Anchor | None = None

    @property
    def behind(self) -> bool:
        """Whether the AUC is more than two bootstrap standard deviations below the re-run's."""
        return self.anchor is not None and self.auc.value < self.anchor.auc - 2 * self.anchor.sd


@dataclass(frozen=True, slots=True)
class Mean:
    """A method over the experiments it was run on.

    Attributes
    ----------
    auc_sd, auprc_sd : standard deviation of the mean by the choice of test windows (bootstrap).
    paper : mean AUC over 31 experiments as published, where it was.
    """

    protocol: str
    method: str
    experiments: int
    auc: float
    auc_sd: float
    auprc: float
    auprc_sd: float
    seconds: float
    paper: float | None = None
