"""Positions near the ends of a transcript are hidden from the site caller, whatever the chunk."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.end_margins import EndMargins

MARGINS = EndMargins({"t": 20, "short": 7}, 4)


@pytest.mark.parametrize(("start", "end"), [(0, 20), (2, 6), (10, 18), (6, 14), (18, 20)])
def test_only_the_margins_are_hidden(start: int, end: int) -> None:
    values = np.arange(start, end, dtype=np.float32)
    hidden = MARGINS.hide(ScoreTrack("t", "+", start, values))
    assert hidden.start == start
    assert hidden.values.dtype == np.float32
    kept = [position for position in range(start, end) if 4 <= position < 16]
    assert hidden.values[~np.isnan(hidden.values)].tolist() == kept
    assert not np.isnan(values).any()


def test_a_short_transcript_is_all_margin() -> None:
    assert np.isnan(MARGINS.hide(ScoreTrack("short", "+", 0, np.ones(7, np.float32))).values).all()


def test_places_are_marked_by_their_own_transcript() -> None:
    chrom = np.array(["t", "short", "t", "t"], object)
    places = Places(chrom, np.array(["+"] * 4, object), np.array([4, 4, 15, 16]))
    assert MARGINS.mark(places).tolist() == [True, False, True, False]
