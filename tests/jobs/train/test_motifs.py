"""Motifs of a trained model: which windows are read, and when there are too few."""

from __future__ import annotations

import numpy as np
import pytest
from training_outcome import make_outcome

from ideep_scan.jobs.train import motifs
from ideep_scan.jobs.train.motifs import LEAST, find_motifs
from ideep_scan.train.training_data import TrainingData


def keep_sites(data: TrainingData, count: int) -> np.ndarray:
    """Return the rows of the first sites, and of all other windows."""
    return np.sort(np.concatenate([np.flatnonzero(data.label)[:count], np.flatnonzero(data.label == 0)]))


@pytest.mark.parametrize("count", [0, LEAST - 1, LEAST])
def test_motifs_need_bound_windows(count: int) -> None:
    outcome, codes = make_outcome(sites=40)
    rows = keep_sites(outcome.data, count)
    found = find_motifs(outcome.model, outcome.data[rows], codes[rows])
    assert (found is None) == (count < LEAST)


def test_long_lists_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, codes = make_outcome(sites=60)
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    discover = motifs.discover_filters

    def record(model: object, codes: np.ndarray, labels: np.ndarray, **further: object) -> object:
        seen.append((codes, labels))
        return discover(model, codes, labels, **further)  # type: ignore[arg-type]

    monkeypatch.setattr(motifs, "discover_filters", record)
    monkeypatch.setattr(motifs, "_MOST", 30)
    find_motifs(outcome.model, outcome.data, codes)
    read, labels = seen[0]
    assert labels.tolist() == [True] * 30 + [False] * 30
    sites = codes[outcome.data.label == 1]
    assert (read[0] == sites[0]).all()
    assert (read[29] == sites[-1]).all()
