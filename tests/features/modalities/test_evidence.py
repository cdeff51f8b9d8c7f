"""Tracks of a user's own: values, masks, and the positions and tracks that have none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toys

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.base import NO_PLACE, Inputs
from ideep_scan.features.modalities.evidence import LARGEST, Evidence
from ideep_scan.features.sources import Sources
from ideep_scan.records.walk import Walk

SPEC = dataclasses.replace(toys.SPEC, evidence=("conservation", "other"))
GENOME = toys.ToyGenome({"chr1": "ACGT" * 5})


class ToyTrack:
    """A track whose values are given by position; NaN elsewhere."""

    def __init__(self, values: dict[int, float]):
        self._values = values

    def values(self, chrom: str, positions: np.ndarray) -> np.ndarray:
        """Look up the values of chr1."""
        known = self._values if chrom == "chr1" else {}
        return np.array([known.get(int(position), np.nan) for position in positions], np.float32)


def window(tracks, strand="+"):
    featurizer = Featurizer(SPEC, Sources(GENOME, tracks=tracks), ("evidence",))
    return featurizer.tile(Walk("chr1", strand, ((2, 6),)), np.zeros(0, np.int64)).window["evidence"]


def test_values_come_before_masks_and_a_position_without_a_value_is_zero_in_both():
    made = window({"conservation": ToyTrack({2: 0.0, 3: -1.5, 5: 2.0})})
    assert made.tolist() == [[0, -1.5, 0, 2], [0] * 4, [1, 1, 0, 1], [0] * 4]
    assert made.dtype == np.float32


def test_both_strands_read_the_same_values():
    tracks = {"other": ToyTrack({2: 1.0, 3: 2.0})}
    np.testing.assert_array_equal(window(tracks, "-"), window(tracks)[:, ::-1])


@pytest.mark.parametrize(
    ("value", "expected", "mask"),
    [(1e30, LARGEST, 1), (-1e30, -LARGEST, 1), (np.inf, 0, 0), (-np.inf, 0, 0), (np.nan, 0, 0)],
)
def test_no_value_can_overflow_a_network(value, expected, mask):
    made = window({"conservation": ToyTrack({2: value})})
    assert made[[0, 2], 0].tolist() == [expected, mask]
    assert np.isfinite(made).all()


def test_a_track_of_another_name_is_not_read():
    assert not window({"third": ToyTrack({2: 1.0})}).any()


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (Inputs(False, False, evidence=True), None),
        (Inputs(False, False, genome=False), NO_PLACE),
        (Inputs(False, False), "no track of the training was given (--evidence NAME=FILE)"),
        (
            Inputs(False, False, trained_tracks=("a", "b")),
            "no track of the training was given (--evidence a=FILE or --evidence b=FILE)",
        ),
    ],
)
def test_an_absence_says_what_to_give(inputs, reason):
    assert Evidence().explain_absence(inputs) == reason


def test_only_specs_with_tracks_have_the_modality():
    assert Evidence().is_in(SPEC)
    assert not Evidence().is_in(toys.SPEC)
    assert Evidence().window_shape(SPEC) == (4, 101)
