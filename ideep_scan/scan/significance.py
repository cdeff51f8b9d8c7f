"""Many p-values at once. It makes none: `models/calibration.py` does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ideep_scan.records.scores import ScoreTrack


def neglog10_p(track: ScoreTrack, p_values: Callable[[np.ndarray], np.ndarray]) -> ScoreTrack:
    """-log10 of the p-value of each score, on the same places: float32, 0 or more; NaN = not scored.

    Parameters
    ----------
    p_values : p-values of scores, both (n,), above 0 and at most 1, NaN for NaN (`models.calibration.Scale`).
    """
    values = 0.0 - np.log10(p_values(track.values))  # not -log10, which would be -0.0 at 1
    return ScoreTrack(track.chrom, track.strand, track.start, values.astype(np.float32))


def q_values(p_values: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's adjusted p-values (1995, J R Stat Soc B 57:289).

    Parameters
    ----------
    p_values : array (n,), each above 0 and at most 1; of all sites that a model called in a run.

    Returns
    -------
    float64 array (n,): the smallest false discovery rate at which each would still be taken, never below its p-value.
    They correct for the number of sites that were called, not for the positions that were looked through to find them.
    """
    order = np.argsort(p_values)[::-1]
    adjusted = np.empty(len(order), np.float64)
    adjusted[order] = np.minimum.accumulate(np.asarray(p_values)[order] * len(order) / np.arange(len(order), 0, -1))
    return np.minimum(adjusted, 1.0)
