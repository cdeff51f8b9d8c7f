"""Tracks of -log10 p, from scores and a function that gives their p-values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ideep_scan.records.scores import ScoreTrack


def compute_neglog10_p(track: ScoreTrack, p_values: Callable[[np.ndarray], np.ndarray]) -> ScoreTrack:
    """Convert the scores of a track to -log10 of their p-values.

    Parameters
    ----------
    track : ScoreTrack
        Scores; NaN means "not scored".
    p_values : Callable[[np.ndarray], np.ndarray]
        Function from scores (n,) to p-values (n,), above 0 and at most 1, NaN for NaN (`models.scale.Scale`).

    Returns
    -------
    ScoreTrack
        Float32 values, 0 or more, at the same positions; NaN stays NaN.
    """
    values = 0.0 - np.log10(p_values(track.values))  # not -log10, which would be -0.0 at 1
    return ScoreTrack(track.chrom, track.strand, track.start, values.astype(np.float32))
