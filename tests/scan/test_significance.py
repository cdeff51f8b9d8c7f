"""-log10 p of a track."""

from __future__ import annotations

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.significance import compute_neglog10_p


def test_minus_log10_of_p_on_the_same_places():
    scores = ScoreTrack("c", "-", 7, np.array([0.0, np.nan, 0.5, 1.0], np.float32))
    made = compute_neglog10_p(scores, lambda values: 10.0 ** (-300 * values.astype(float)))
    assert (made.chrom, made.strand, made.start, made.values.dtype) == ("c", "-", 7, np.float32)
    np.testing.assert_allclose(made.values, [0, np.nan, 150, 300], rtol=1e-6)
    assert not np.signbit(made.values[0])
    assert scores.values[2] == 0.5
