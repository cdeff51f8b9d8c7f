"""One-hot bases of the RNA."""

from __future__ import annotations

import numpy as np
import pytest
import toys

from ideep_scan.features.modalities.sequence import Sequence
from ideep_scan.records.walk import Walk

ONE_HOT = {"A": [1, 0, 0, 0], "C": [0, 1, 0, 0], "G": [0, 0, 1, 0], "T": [0, 0, 0, 1], "N": [0.25] * 4}


@pytest.mark.parametrize(("strand", "letters"), [("+", "NACGTTGRN"), ("-", "NNCAACGTN")])
def test_each_base_of_the_rna_has_its_channel_and_others_a_quarter_in_each(strand, letters):
    featurizer = toys.World({"c": "aCGtTGR"}).featurizer(modalities=("sequence",))
    window = featurizer.tile(Walk("c", strand, ((-1, 8),)), np.zeros(0, np.int64)).window["sequence"]
    expected = np.array([ONE_HOT.get(letter, ONE_HOT["N"]) for letter in letters], np.float32).T
    np.testing.assert_array_equal(window, expected)
    assert window.dtype == np.float32


def test_the_values_fit_the_type_that_stores_them():
    values = np.array([0, 0.25, 1], np.float32)
    np.testing.assert_array_equal(values.astype(Sequence.storage), values)


def test_four_channels_cover_the_window():
    assert Sequence().window_shape(toys.SPEC) == (4, 101)
    assert Sequence().centre_size(toys.SPEC) is None
