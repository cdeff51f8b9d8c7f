"""A note that holds for many models is one line."""

from __future__ import annotations

import pytest

from ideep_scan.records.notes import group_remarks, join_names


@pytest.mark.parametrize(
    ("names", "text"),
    [("a", "a"), ("abcd", "a, b, c, d"), ("abcde", "a, b, c and 2 more")],
)
def test_a_few_names_then_a_count(names: str, text: str) -> None:
    assert join_names(list(names)) == text


def test_equal_remarks_are_one_note_in_the_order_of_the_first() -> None:
    remarks = [("m1", "x"), ("m2", "y"), ("m3", "x"), *((f"n{i}", "x") for i in range(29))]
    assert group_remarks(remarks) == ("m1, m3, n0 and 28 more: x", "m2: y")
    assert group_remarks([]) == ()
