"""Smoothing of tracks, whatever places they are cut at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.smoothing import smooth_scores
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.smoothing import Smoother, SmoothTrack, smooth_track

NAN = float("nan")
lines = st.lists(st.sampled_from([0.001, 0.25, 0.5, 0.99, NAN]), min_size=1, max_size=80)


def track(values: np.ndarray, start: int = 0, drivers: bool = True) -> ScoreTrack:
    return ScoreTrack("c", "+", start, values, (np.arange(len(values)) + start).astype(np.int8) if drivers else None)


def smooth(tracks: list[ScoreTrack], width: int) -> list[SmoothTrack]:
    smoother = Smoother(width)
    return [part for item in tracks for part in smoother.feed(item)] + smoother.flush()


@settings(max_examples=100, deadline=None)
@given(lines, st.lists(st.integers(1, 79), max_size=8), st.integers(0, 40), st.booleans())
def test_the_result_does_not_depend_on_cuts_to_the_last_bit(line, cuts, width, drivers):
    values = np.array(line, np.float32)
    edges = sorted({0, len(values), *(cut for cut in cuts if cut < len(values))})
    parts = smooth([track(values[a:b], a, drivers) for a, b in pairwise(edges)], width)
    assert [part.track.start for part in parts] == [0, *(part.end for part in parts)][:-1]
    whole = smooth_track(track(values), width).smooth
    assert np.concatenate([part.smooth for part in parts]).tobytes() == whole.tobytes()
    assert np.concatenate([part.track.values for part in parts]).tobytes() == values.tobytes()
    if drivers:
        joined = [part.track.drivers for part in parts if part.track.drivers is not None]
        assert np.concatenate(joined).tolist() == list(range(len(values)))
    assert all((part.track.drivers is None) != drivers for part in parts)


def test_another_locus_is_not_averaged_in():
    one, other = np.full(30, 0.9, np.float32), np.full(30, 0.1, np.float32)
    parts = smooth([track(one), track(other, 31)], 20)
    assert np.concatenate([part.smooth for part in parts]) == pytest.approx(np.concatenate([one, other]), rel=1e-6)
    touching = smooth([track(one), track(other, 30)], 20)
    assert 0.1 < np.concatenate([part.smooth for part in touching])[29] < 0.9


def test_without_a_width_scores_stay_as_they_are():
    values = np.array([0.2, NAN, 1.0], np.float32)
    (part,) = smooth([track(values)], 0)
    assert part.smooth.tobytes() == values.tobytes()


def test_half_a_width_is_on_each_side():
    values = np.full(200, 0.01, np.float32)
    values[100] = 0.99
    raised = np.flatnonzero(smooth_track(track(values), 120).smooth > 0.0101)
    assert (raised[0], raised[-1]) == (40, 160)
    assert smooth_track(track(values), 120).smooth.tobytes() == smooth_scores(values, 60).tobytes()
