"""Known motifs as counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.records.pwm import Pwm

COUNTS = np.arange(28.0).reshape(7, 4)


def test_the_length_of_a_motif_is_its_width():
    assert len(Pwm("RNCMPT00032", "HuR", "ELAVL1", COUNTS)) == 7


def test_motifs_with_arrays_are_compared_by_identity():
    first, second = (Pwm("RNCMPT00032", "HuR", "ELAVL1", COUNTS.copy()) for _ in range(2))
    assert first != second
    assert len({first, second, first}) == 2


def test_a_motif_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Pwm("RNCMPT00032", "HuR", "ELAVL1", COUNTS).name = "other"


@given(arrays(np.int64, st.tuples(st.integers(1, 8), st.just(4)), elements=st.integers(0, 1000)))
def test_frequencies_of_a_position_sum_to_one(counts: np.ndarray):
    pwm = Pwm("M", "M", "M", counts)
    frequencies = pwm.frequencies()
    assert len(pwm) == len(frequencies)
    np.testing.assert_allclose(frequencies.sum(axis=1), 1)
    for row, shares in zip(counts, frequencies, strict=True):
        np.testing.assert_allclose(shares, row / row.sum() if row.any() else [0.25] * 4)
