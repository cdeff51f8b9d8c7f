"""Known motifs as counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

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
