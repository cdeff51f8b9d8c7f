"""Windows that the motifs of the shared network are computed from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from motif_windows import SharedWindows

from ideep_scan.records.places import Places
from ideep_scan.train.labels import NEGATIVE, POSITIVE, LabelTable

CENTRES = (100, 106, 112, 300, 350, 420, 900)


@pytest.fixture
def windows() -> SharedWindows:
    """Windows of one strand; three at one site, one of another experiment, one negative, the last in another locus."""
    count = len(CENTRES)
    places = Places(np.full(count, "chr1", object), np.full(count, "+", object), np.array(CENTRES))
    codes = {0: (0, POSITIVE), 1: (0, POSITIVE), 2: (0, POSITIVE), 4: (1, POSITIVE), 5: (0, NEGATIVE)}
    starts = np.cumsum([0, *(int(row in codes) for row in range(count))])
    experiments, labels = zip(*codes.values(), strict=True)
    table = LabelTable(starts, np.array(experiments, np.int16), np.array(labels, np.int8), columns=2)
    bound = np.array([[True, True], [False, True], [False, False]])
    targets = SimpleNamespace(labels=table, loci=np.array([0, 0, 0, 0, 0, 1, 1]), bound=bound)
    heads = [SimpleNamespace(name="first"), SimpleNamespace(name="second")]
    work: Any = SimpleNamespace(places=places, read_labels=lambda: (heads, targets), read_features=lambda: None)
    return SharedWindows(work)


def test_sites_are_bound_and_other_places_of_bound_loci_or_negatives_unbound(windows: SharedWindows) -> None:
    positive, unbound = windows._label([0])
    assert np.flatnonzero(positive).tolist() == [0, 1, 2]
    assert np.flatnonzero(unbound).tolist() == [3, 4, 5]


def test_a_site_has_its_middle_window(windows: SharedWindows) -> None:
    assert windows._find_middles(np.array([2, 0, 1, 3])).tolist() == [1, 3]


def test_windows_that_remain_do_not_overlap(windows: SharedWindows) -> None:
    assert windows._thin(np.arange(7)).tolist() == [0, 3, 5, 6]
