"""Bounds of computed values."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan_settings import NEGLOG10P, SCORE, ScanSettings
from ideep_scan.jobs.verify.computed_values import ROUNDING, SLACK, Computation
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.places import Places
from ideep_scan.scan.planned_places import PlannedPlaces


def test_bounds_hold_the_rounded_scores_of_a_sweep(example: Path, scores: runs.Scores) -> None:
    settings = ScanSettings(
        ("ELAVL1",), model=IDEEP, fasta=example / "example.fa.gz", gtf=example / "genes.gtf", threads=1, device="cpu"
    )
    with ExitStack() as stack:
        prepared = prepare_scan(settings, stack)
        planned = PlannedPlaces(prepared.spans)
        centre = np.arange(3_900, 4_400)
        places = Places(np.full(500, "exA", object), np.full(500, "+", object), centre)
        bounds = Computation(prepared, planned).compute((SCORE, NEGLOG10P), places)
    expected = np.round(scores["exA", "+"][centre].astype(np.float64), 3)
    low, computed, high = (column[:, 0] for column in bounds[SCORE])
    np.testing.assert_array_equal(np.isnan(expected), np.isnan(computed))
    scored = ~np.isnan(expected)
    assert 0 < np.count_nonzero(scored) < 500
    assert (low[scored] <= expected[scored]).all()
    assert (expected[scored] <= high[scored]).all()
    assert (high - low)[scored].max() <= 2 * ROUNDING + SLACK["fp32"] / 2 + 1e-6
    low, computed, high = (column[:, 0] for column in bounds[NEGLOG10P])
    assert (low[scored] < computed[scored]).all()
    assert (computed[scored] < high[scored]).all()
    assert computed[scored].max() == pytest.approx(computed[np.nanargmax(expected)], abs=0.01)
