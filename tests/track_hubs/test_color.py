"""Colours that stay."""

from __future__ import annotations

from track_hubs.color import PALETTE, color_of, css, rgb, tint


def test_a_group_keeps_its_colour() -> None:
    assert color_of("ELAVL1") == (86, 180, 233)
    assert {color_of(f"RBP{number}") for number in range(60)} == set(PALETTE)


def test_tint_goes_to_white() -> None:
    assert tint((10, 20, 30), 0) == (10, 20, 30)
    assert tint((10, 20, 30), 1) == (255, 255, 255)


def test_spellings() -> None:
    assert css((0, 114, 178)) == "#0072b2"
    assert rgb((0, 114, 178)) == "0,114,178"
