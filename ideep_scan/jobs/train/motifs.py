"""Motifs of a trained model for its report."""

from __future__ import annotations

import numpy as np

from ideep_scan.jobs.motifs.discovery import discover_filters
from ideep_scan.jobs.motifs.known_sets import open_known
from ideep_scan.jobs.motifs.report import describe_model
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.train.training_data import TrainingData
from track_hubs.motif_page.rows import ModelMotifs

LEAST = 20  # bound windows that motifs need
_MOST = 2000  # bound windows, and unbound ones, that are read


def find_motifs(model: ModelBundle, data: TrainingData, codes: np.ndarray) -> ModelMotifs | None:
    """Find the motifs of the first convolution in bound and unbound windows.

    Parameters
    ----------
    model : ModelBundle
        The finished model.
    data : TrainingData
        The windows; at most 2,000 of each label are read, at even steps.
    codes : np.ndarray
        Int8 array (n, width), bases of the windows 5'→3', 0-4.

    Returns
    -------
    ModelMotifs or None
        Motifs with their clusters; None with fewer than `LEAST` bound windows.
    """
    bound = np.flatnonzero(data.label == 1)
    if len(bound) < LEAST:
        return None
    rows = np.concatenate([_thin(bound), _thin(np.flatnonzero(data.label == 0))])
    known = open_known(None)
    labels = data.label[rows] == 1
    description = f"{labels.sum():,} bound and {(~labels).sum():,} unbound windows of the training."
    collection = discover_filters(model, codes[rows], labels, description=description, known=known)
    symbols = {pwm.symbol for pwm in known.pwms}
    return describe_model(collection, {pwm.id: pwm for pwm in known.pwms}, has_known=model.protein in symbols)


def _thin(rows: np.ndarray) -> np.ndarray:
    """Choose at most `_MOST` rows at even steps."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST)).astype(np.int64)]
