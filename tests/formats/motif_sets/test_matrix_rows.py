"""Rows of matrices: numbers that are none, ids that are taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.matrix_rows import is_row, make_motif, number_duplicates, parse_row
from ideep_scan.records.pwm import Pwm


def test_a_row_of_numbers():
    assert parse_row(["1", ".5", "2e-1", "0"], Path("x"), 1) == [1, 0.5, 0.2, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2 3", "has 3 numbers"),
        ("1 2 3 4 5", "has 5 numbers"),
        ("1 2 3 x", "is not a row of 4 numbers"),
        ("1 2 3 -1", "negative"),
        ("1 2 3 nan", "negative, infinite or not a number"),
        ("1 2 3 inf", "infinite"),
        ("1 2 3 1e300", "infinite"),
        ("0 0 0 0", "all numbers of the row are 0"),
    ],
)
def test_a_wrong_row_is_named(text: str, message: str):
    with pytest.raises(InputError, match=message) as caught:
        parse_row(text.split(), Path("motifs.meme"), 7)
    assert str(caught.value).startswith("motifs.meme, line 7: ")


def test_words_are_no_row():
    assert all(map(is_row, ("0 1 nan -1e5", " 3 ")))
    assert not any(map(is_row, ("A 0.25", "1 x", "", "1_0 2 3 4")))


def test_a_motif_without_rows_or_with_very_many_is_refused():
    with pytest.raises(InputError, match="motif M has no matrix rows"):
        make_motif("M", "M", [], Path("x"), 1)
    with pytest.raises(InputError, match="has 1001 positions"):
        make_motif("M", "M", [[1, 1, 1, 1]] * 1001, Path("x"), 1)


@given(st.lists(st.sampled_from(["M", "M.2", "M.3", "N", "M.2.2"]), max_size=12))
def test_every_motif_has_an_id_of_its_own(ids: list[str]):
    pwms = [Pwm(id, str(index), "S", np.ones((1, 4))) for index, id in enumerate(ids)]
    numbered = number_duplicates(pwms)
    assert [pwm.name for pwm in numbered] == [pwm.name for pwm in pwms]
    assert len({pwm.id for pwm in numbered}) == len(ids)
    for pwm, id in zip(numbered, ids, strict=True):
        assert pwm.id == id or pwm.id.startswith(f"{id}.")
    for id in set(ids):
        assert numbered[ids.index(id)].id == id
