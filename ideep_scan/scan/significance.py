"""Turn the scores of a track into -log10 p. The p-values come from `models/calibration.py`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ideep_scan.records.scores import ScoreTrack


def neglog10_p(track: ScoreTrack, p_values: Callable[[np.ndarray], np.ndarray]) -> ScoreTrack:
    """-log10 of the p-value of each score, on the same places: float32, 0 or more; NaN = not scored.

    Parameters
    ----------
    p_values : Callable[[np.ndarray], np.ndarray]
        P-values of scores, both (n,), above 0 and at most 1, NaN for NaN (`models.calibration.Scale`).
    """
    values = 0.0 - np.log10(p_values(track.values))  # not -log10, which would be -0.0 at 1
    return ScoreTrack(track.chrom, track.strand, track.start, values.astype(np.float32))
