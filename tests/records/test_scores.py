"""Scores of an interval: what counts as scored."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.scores import ScoreTrack


@given(st.lists(st.floats(0, 1, width=32) | st.just(float("nan"))))
def test_positions_with_nan_are_not_scored(values):
    track = ScoreTrack("chr1", "+", 5, np.array(values, np.float32))
    assert track.scored == sum(value == value for value in values)
    assert isinstance(track.scored, int)  # JSON has no numpy numbers


def test_a_score_of_zero_is_a_score():
    assert ScoreTrack("chr1", "-", 0, np.zeros(3, np.float32)).scored == 3
