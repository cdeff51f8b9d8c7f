"""Consensus letters and information, by hand and by properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.motifs.consensus import compute_consensus, compute_information, name_consensus

ROWS = st.lists(st.lists(st.integers(0, 50), min_size=4, max_size=4), min_size=1, max_size=12)
SETS = {
    "A": "A", "C": "C", "G": "G", "U": "U", "R": "AG", "Y": "CU", "S": "CG", "W": "AU", "K": "GU", "M": "AC",
    "B": "CGU", "D": "AGU", "H": "ACU", "V": "ACG", "N": "ACGU",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "letter"),
    [
        ([51, 25, 24, 0], "A"),
        ([50, 20, 20, 10], "N"),  # half is not more than half
        ([51, 26, 23, 0], "M"),  # less than twice the second, and the two have more than three quarters
        ([51, 24, 15, 10], "A"),
        ([0, 38, 0, 62], "Y"),
        ([40, 35, 25, 0], "V"),  # exactly three quarters
        ([40, 35, 24, 1], "N"),
        ([0, 0, 0, 0], "N"),
        ([0.0, 0.0, 0.01, 0.99], "U"),
    ],
)
def test_letters_by_the_rules(row, letter):
    assert compute_consensus(np.array([row])) == letter


@given(rows=ROWS, factor=st.integers(1, 9))
def test_the_most_frequent_base_is_in_the_letter(rows, factor):
    counts = np.array(rows)
    consensus = compute_consensus(counts)
    assert len(consensus) == len(counts)
    assert consensus == compute_consensus(counts * factor)
    for row, letter in zip(counts, consensus, strict=True):
        assert any("ACGU"[base] in SETS[letter] for base in np.flatnonzero(row == row.max()))


def test_names_have_no_n_at_their_ends():
    uniform, u = [1, 1, 1, 1], [0, 0, 0, 9]
    assert name_consensus(np.array([uniform, u, uniform, u, uniform])) == "UNU"
    assert name_consensus(np.array([uniform, uniform])) == "N"


def test_information_by_hand():
    counts = np.array([[100, 0, 0, 0], [25, 25, 25, 25], [50, 0, 50, 0], [0, 0, 0, 0]])
    correction = 3 / (2 * np.log(2) * 100)
    np.testing.assert_allclose(compute_information(counts), [2 - correction, 0, 1 - correction, 0])


@given(rows=ROWS)
def test_information_is_between_0_and_2_bits_and_rises_with_the_number_of_sequences(rows):
    counts = np.array(rows)
    information = compute_information(counts)
    assert ((information >= 0) & (information <= 2)).all()
    assert (compute_information(3 * counts) >= information - 1e-12).all()
