"""Positions beyond a complete RNA count as known, unknown bases inside do not."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.known_ends import KnownEnds
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.in_memory_genome import InMemoryGenome

GENOME = InMemoryGenome({"t": np.array([0, 4, 2, 3], np.int8)})


def test_the_ends_are_known_and_the_source_keeps_its_bases():
    ends = KnownEnds(GENOME)
    assert dict(ends.contigs) == {"t": 4}
    assert ends.codes("t", -2, 6).tolist() == [0, 0, 0, 4, 2, 3, 0, 0]
    assert GENOME.codes("t", -2, 6).tolist() == [4, 4, 0, 4, 2, 3, 4, 4]


def test_a_window_that_reaches_past_an_end_is_scored():
    assert mark_scorable(GENOME.codes("t", -2, 6), 5, 1).tolist() == [False, False, False, False]
    assert mark_scorable(KnownEnds(GENOME).codes("t", -2, 6), 5, 1).tolist() == [True, False, True, True]
