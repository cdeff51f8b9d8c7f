"""Bases of contigs in memory."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.records.in_memory_genome import InMemoryGenome

GENOME = InMemoryGenome({"a": np.array([0, 1, 2], np.int8), "b": np.array([3], np.int8)})


def test_contigs_have_their_lengths():
    assert GENOME.contigs == {"a": 3, "b": 1}


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [(0, 3, [0, 1, 2]), (-2, 5, [4, 4, 0, 1, 2, 4, 4]), (1, 2, [1]), (5, 7, [4, 4]), (-3, -1, [4, 4]), (2, 2, [])],
)
def test_positions_outside_a_contig_are_unknown(start: int, end: int, codes: list[int]) -> None:
    assert GENOME.codes("a", start, end).tolist() == codes


def test_the_result_is_a_copy():
    GENOME.codes("b", 0, 1)[0] = 0
    assert GENOME.codes("b", 0, 1).tolist() == [3]


def test_a_missing_contig_is_an_error():
    with pytest.raises(KeyError):
        GENOME.codes("c", 0, 1)
