"""Numbers of a page: every magnitude has one short text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from track_hubs.motif_page.numbers import format_ratio, format_share, format_signed, format_small

DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@given(st.floats(1e-299, 0.00099))
def test_small_numbers_keep_two_digits(value: float) -> None:
    mantissa, power = format_small(value).split(" × ")
    assert len(mantissa) == 3
    assert abs(float(mantissa) * 10.0 ** int(power[2:].translate(DIGITS)) / value - 1) < 0.051


def test_numbers_at_the_edges() -> None:
    assert format_small(0.0) == "< 10⁻³⁰⁰"
    assert format_small(9.99e-5) == "1.0 × 10⁻⁴"
    assert format_small(0.001) == "0.001"
    assert format_small(102.3) == "102"
    assert format_share(1, 200) == "0.5 %"
    assert format_share(0, 0) == "–"
    assert format_ratio(float("nan")) == "–"
    assert format_ratio(float("inf")) == "∞"
    assert format_signed(-0.004) == "−0.00"
