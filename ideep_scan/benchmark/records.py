"""Records of the benchmark: cells (a method on an experiment), their results, and rows of its tables."""

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
    protocol : str
        `PUBLISHED` (published matrices) or `OWN` (the package's own features).
    method : str
        Name of the method.
    experiment : str
        Folder name of the experiment.
    fold : int
        Part of the training windows that is the test, from 1; 0 for the published test windows.
    folds : int
        Number of parts; 0 for the published test windows.
    """

    protocol: str
    method: str
    experiment: str
    fold: int = 0
    folds: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores and accuracy of a cell.

    Attributes
    ----------
    labels : np.ndarray
        int8 (n,), 0 or 1, of the test windows in the order of their file.
    scores : np.ndarray
        float32 (n,). A higher score means that a site is more likely.
    auc : Estimate
        AUC with its confidence interval.
    auprc : Estimate
        auPRC with its confidence interval.
    seconds : float
        CPU time of training and scoring on one thread.
    """

    labels: np.ndarray
    scores: np.ndarray
    auc: Estimate
    auprc: Estimate
    seconds: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """Independent figures for one experiment, on the same training and test windows.

    Attributes
    ----------
    auc, auprc : float
        AUC and auPRC of an independent re-run of iDeep.
    sd : float
        Bootstrap standard deviation of `auc`.
    spline_auc, spline_auprc : float
        AUC and auPRC of the same network with distances to gene landmarks (Avsec et al. 2018).
    """

    auc: float
    auprc: float
    sd: float
    spline_auc: float
    spline_auprc: float


@dataclass(frozen=True, slots=True)
class Subject:
    """An experiment as tables and figures name it.

    Attributes
    ----------
    number : int
        Number of the experiment, from 1 to 31 in the published data.
    folder : str
        Name of its folder.
    protein : str
        Symbol of the protein.
    detail : str
        Protocol and note that distinguish experiments of one protein.
    """

    number: int
    folder: str
    protein: str
    detail: str = ""

    @property
    def label(self) -> str:
        """Return number, protein and detail in one line."""
        return f"{self.number} {self.protein}" + (f", {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A method on an experiment, as the tables show it.

    Attributes
    ----------
    protocol, method : str
        Protocol and name of the method.
    subject : Subject
        The experiment.
    auc, auprc : Estimate
        AUC and auPRC with their confidence intervals.
    seconds : float
        CPU time of training and scoring on one thread.
    cross : tuple of float
        AUC of each fold of the cross-validation; empty without one.
    anchor : Anchor or None
        Independent figures to compare with.
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
        """Tell whether the AUC is more than two bootstrap standard deviations below that of the re-run."""
        return self.anchor is not None and self.auc.value < self.anchor.auc - 2 * self.anchor.sd


@dataclass(frozen=True, slots=True)
class Mean:
    """Means of a method over experiments.

    Attributes
    ----------
    protocol, method : str
        Protocol and name of the method.
    experiments : int
        Number of experiments.
    auc, auprc : float
        Mean AUC and mean auPRC.
    auc_sd, auprc_sd : float
        Bootstrap standard deviation of the mean, from the choice of test windows.
    seconds : float
        Mean CPU time of training and scoring.
    paper : float or None
        Mean AUC over 31 experiments in the paper; None if the paper has none.
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
