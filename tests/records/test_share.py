"""Shares as text: never 0 or 1, and never too low where a command line takes them."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records import share
from ideep_scan.records.share import describe_share, format_share, round_share_up

shares = st.floats(1e-12, 1 - 1e-12)


def test_the_examples_are_right() -> None:
    assert doctest.testmod(share).failed == 0


@given(shares)
def test_a_share_rounded_up_is_at_least_the_share_and_still_a_share(value: float) -> None:
    up = float(round_share_up(value))
    assert value <= up < 1
    assert up <= value + max(0.01, 0.1 * min(value, 1 - value))


@pytest.mark.parametrize("value", [0.5, 0.9999999999999999, 5e-324, 0.1 + 0.2, 0.71, 0.29, 0.30000000000000004])
def test_shares_at_the_ends_of_what_floats_hold(value: float) -> None:
    assert value <= float(round_share_up(value)) < 1


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, float("nan")])
def test_what_is_no_share_cannot_be_rounded_up(value: float) -> None:
    with pytest.raises(ValueError, match="a share of"):
        round_share_up(value)


@given(shares, st.integers(2, 4))
def test_the_text_of_a_share_shows_how_far_it_is_from_both_ends(value: float, digits: int) -> None:
    shown = float(format_share(value, digits))
    assert 0 < shown < 1
    assert abs(shown - value) <= 0.5001 * 10 ** (1 - digits) * min(value, 1 - value)


@given(shares)
def test_a_count_of_things_is_about_the_share(value: float) -> None:
    words = describe_share(value)
    if words == "more than 99 of 100":
        assert value >= 0.995
    else:
        count, among = words.removeprefix("about ").replace(",", "").split(" of ")
        assert 1 <= int(count) < int(among)
        assert abs(int(count) / int(among) - value) <= 0.51 / int(among)


def test_a_share_just_above_a_short_one_is_rounded_to_the_next() -> None:
    assert [round_share_up(value) for value in (0.3, 0.30000000000000004)] == ["0.3", "0.31"]
