"""The base encoder: letters, codes, one-hot rows, the strand flip and the rule for unknown bases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import LETTERS, UNKNOWN, complement, decode, decode_onehot, encode, encode_onehot

any_letters = st.binary(max_size=40)
some_codes = st.lists(st.integers(0, 4), max_size=40).map(lambda codes: np.array(codes, np.int8))


@given(any_letters)
def test_codes_equal_the_slow_twin(letters):
    table = {letter: i for i, both in enumerate(("Aa", "Cc", "Gg", "TtUu")) for letter in both}
    made = encode(letters)
    assert made.dtype == np.int8
    assert made.tolist() == [table.get(chr(byte), UNKNOWN) for byte in letters]


def test_codes_are_the_callers_own() -> None:
    letters = b"ACGT"
    encode(letters)[:] = 3
    assert encode(letters).tolist() == [0, 1, 2, 3]


def test_case_and_alphabet_do_not_matter():
    assert encode(b"ACGTacgtUu").tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 3, 3]


@pytest.mark.parametrize("letter", "NnRYKMSWBDHVryx-.* \n\t\x00")
def test_every_other_letter_is_unknown(letter):
    assert encode(letter.encode()).tolist() == [UNKNOWN]


@given(some_codes)
def test_decoding_and_encoding_are_inverse(codes):
    text = decode(codes)
    assert set(text) <= set(LETTERS)
    np.testing.assert_array_equal(encode(text.encode()), codes)


@given(some_codes)
def test_complementing_twice_changes_nothing(codes):
    once = complement(codes)
    assert once.dtype == np.int8
    np.testing.assert_array_equal(complement(once), codes)
    assert decode(once) == decode(codes).translate(str.maketrans("ACGU", "UGCA"))


@settings(deadline=None)  # the first one may compile
@given(some_codes)
def test_onehot_equals_the_slow_twin(codes):
    made = encode_onehot(codes)
    assert made.dtype == np.float32
    assert made.shape == (4, codes.size)
    for column, code in zip(made.T, codes, strict=True):
        assert column.tolist() == ([0.25] * 4 if code == UNKNOWN else [float(code == base) for base in range(4)])


@settings(deadline=None)  # the first one may compile
@given(some_codes)
def test_the_flip_turns_onehot_rows_and_columns_around(codes):
    np.testing.assert_array_equal(encode_onehot(complement(codes[::-1])), encode_onehot(codes)[::-1, ::-1])


@given(some_codes)
def test_codes_of_one_hot_columns_are_the_inverse(codes):
    assert decode_onehot(encode_onehot(codes)).tolist() == codes.tolist()


@pytest.mark.parametrize("column", [(0, 0, 0, 0), (1, 1, 0, 0), (0.5, 0.5, 0, 0), (0, 0, 0, 2), (1, 0, 0, np.nan)])
def test_a_column_of_no_base_has_no_code(column):
    columns = encode_onehot(np.array([0, 4, 3], np.int8))
    columns[:, 1] = column
    assert decode_onehot(columns).tolist() == [0, -1, 3]
