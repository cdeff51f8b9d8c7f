"""Test scores along loci: background away from sites, calls near them, ranks of sites."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.jobs.train.locus_scores import AWAY, STRIDE, LocusScores
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.train.metrics import auprc

LENGTH, SITE = 2000, 1000


def make_track() -> ScoreTrack:
    values = np.full(LENGTH, 0.1, np.float32) + np.linspace(0, 0.01, LENGTH, dtype=np.float32)
    values[SITE - 20 : SITE + 21] = 0.9
    values[:10] = np.nan
    return ScoreTrack("c", "+", 500, values)


def test_a_site_is_judged_and_kept_out_of_the_background() -> None:
    scores = LocusScores(keep_rows=True)
    scores.add(make_track(), np.array([500 + SITE]), 7)
    assert len(scores.join("background")) == -(-(LENGTH - 10 - 2 * AWAY - 1) // STRIDE)
    assert scores.join("background").max() < 0
    assert scores.join("sites").min() > 2
    hits, calls = np.concatenate(scores.hits), np.concatenate(scores.calls)
    assert hits[calls.argmax()]
    assert scores.join("peaks") == calls.max()
    assert scores.join("ranks") == 0
    assert (scores.near, scores.judged) == ([101], [LENGTH - 10])
    assert scores.join("row_labels").sum() == 31


def test_a_locus_without_a_site_is_judged_only_if_asked() -> None:
    scores = LocusScores()
    none = np.zeros(0, np.int64)
    scores.add(make_track(), none, 1)
    assert not scores.calls
    scores.add(make_track(), none, 1, judges=True)
    assert not np.concatenate(scores.hits).any()
    assert len(scores.join("peaks")) == 0


def test_pieces_without_a_site_count_as_those_that_they_stand_for() -> None:
    scores, others, twice = (LocusScores(keep_rows=True) for _ in range(3))
    none = np.zeros(0, np.int64)
    for part in (scores, twice):
        part.add(make_track(), np.array([500 + SITE]), 7, judges=True)
    others.add(make_track(), none, 8, judges=True)
    scores.extend(others, 3)
    for _ in range(3):
        twice.add(make_track(), none, 8, judges=True)
    for name in ("calls", "hits", "call_loci", "peaks"):
        assert np.sort(scores.join(name)).tolist() == np.sort(twice.join(name)).tolist()
    assert (sum(scores.near), sum(scores.judged)) == (sum(twice.near), sum(twice.judged))
    columns = (scores.join(name) for name in ("row_labels", "row_logits", "row_weights"))
    assert auprc(*columns) == pytest.approx(auprc(twice.join("row_labels"), twice.join("row_logits")))
