"""Tetramers by position and by frequency, against letters that are looked up one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.benchmark.rivals.tetramers import encode_positions, number_tetramers, tetramer_shares

NAMES = ["".join(letters) for letters in product("ACGU", repeat=4)]
WINDOWS = arrays(np.int8, st.tuples(st.integers(1, 4), st.integers(4, 30)), elements=st.integers(0, 4))


def letters(row: np.ndarray) -> str:
    return "".join("ACGUN"[code] for code in row)


def spelled(row: np.ndarray) -> list[str]:
    text = letters(row)
    return [text[at : at + 4] for at in range(len(text) - 3)]


@settings(max_examples=40, deadline=None)
@given(WINDOWS)
def test_numbers_are_places_in_alphabetical_order(codes):
    expected = [[NAMES.index(name) if "N" not in name else -1 for name in spelled(row)] for row in codes]
    assert number_tetramers(codes).tolist() == expected


@settings(max_examples=40, deadline=None)
@given(WINDOWS)
def test_positional_is_one_where_the_tetramer_begins(codes):
    matrix = encode_positions(codes).toarray()
    assert matrix.shape == (len(codes), 256 * (codes.shape[1] - 3))
    expected = np.zeros_like(matrix)
    for row, window in enumerate(codes):
        for place, name in enumerate(spelled(window)):
            if "N" not in name:
                expected[row, 256 * place + NAMES.index(name)] = 1
    np.testing.assert_array_equal(matrix, expected)


@settings(max_examples=40, deadline=None)
@given(WINDOWS)
def test_frequencies_are_shares_of_the_known_tetramers(codes):
    for shares, window in zip(tetramer_shares(codes), codes, strict=True):
        known = [name for name in spelled(window) if "N" not in name]
        for number, name in enumerate(NAMES):
            assert np.isclose(shares[number], known.count(name) / len(known) if known else 0.0)


def test_codes_do_not_overflow_their_type():
    assert number_tetramers(np.full((1, 4), 3, np.int8)).tolist() == [[255]]
