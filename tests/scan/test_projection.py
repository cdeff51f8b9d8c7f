"""Projection of scores and drivers onto the genome."""

from __future__ import annotations

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk
from ideep_scan.scan.projection import create_empty_track, project


def test_a_walk_is_projected_onto_its_positions_only() -> None:
    track = create_empty_track(Span("c", 100, 110, "-"))
    walk, scored = Walk("c", "-", ((98, 104), (106, 111))), np.array([1, 2, 7])
    project(walk, scored, track, scores=np.array([0.5, 0.25, 1], np.float32))
    np.testing.assert_array_equal(track.values, [np.nan, 1, *[np.nan] * 6, 0.25, 0.5])
    np.testing.assert_array_equal(track.drivers, -1)
    project(walk, scored, track, scores=np.zeros(3, np.float32), drivers=np.array([4, -1, 0], np.int8))
    np.testing.assert_array_equal(track.drivers, [-1, 0, *[-1] * 7, 4])
    assert isinstance(track, ScoreTrack)
