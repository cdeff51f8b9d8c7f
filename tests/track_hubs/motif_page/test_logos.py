"""Logos: heights, alignment and the letters that they use."""

from __future__ import annotations

import re

import pytest
from motif_rows import BASES

from track_hubs.motif_page.logos import define_letters, draw_contribution_logo, draw_pair, draw_small_logo

LETTER = re.compile(r'<use href="#letter-(.)" transform="matrix\((\S+) 0 0 (\S+) (\S+) (\S+)\)"/>')


def letters(picture: str) -> list[tuple[str, float, float, float]]:
    """List the letters of a picture with height, left edge and upper edge."""
    return [(letter, float(height), float(x), float(y)) for letter, _, height, x, y in LETTER.findall(picture)]


def test_all_letters_are_defined() -> None:
    assert re.findall('id="letter-(.)"', define_letters()) == list("ACGU")


def test_a_certain_letter_is_as_tall_as_the_logo() -> None:
    picture = draw_small_logo([BASES["G"], (0.25, 0.25, 0.25, 0.25), (0.5, 0, 0, 0.5)], "<title>")
    (guanine, full, _, _), *others = letters(picture)
    assert guanine == "G"
    assert sorted(letter for letter, *_ in others) == ["A", "U"]
    assert [height for _, height, *_ in others] == pytest.approx([full / 4] * 2, rel=0.01)
    assert "&lt;title&gt;" in picture


@pytest.mark.parametrize(("offset", "columns"), [(0, 0), (2, 2), (-3, -3)])
@pytest.mark.parametrize("is_small", [False, True])
def test_a_known_motif_is_aligned(offset: int, columns: int, is_small: bool) -> None:
    picture = draw_pair([BASES["A"]] * 4, [BASES["C"]] * 3, offset, title="x", is_small=is_small)
    places = {base: [x for letter, _, x, _ in letters(picture) if letter == base] for base in "AC"}
    wide = places["A"][1] - places["A"][0]
    assert places["C"][0] - places["A"][0] == pytest.approx(columns * wide)
    assert (len(places["A"]), len(places["C"])) == (4, 3)
    shade = re.search(r'<rect x="(\S+)" y="\S+" width="(\S+)"', picture)
    assert shade
    overlap = min(4, offset + 3) - max(0, offset)
    assert float(shade[2]) == pytest.approx(overlap * wide)


def test_a_motif_without_a_known_one_stands_alone() -> None:
    picture = draw_pair([BASES["A"]] * 4, (), 5, title="x")
    assert len(letters(picture)) == 4
    assert "overlap" not in picture


def test_contributions_point_up_and_down() -> None:
    picture = draw_contribution_logo([(0.5, 0.0, 0.0, -0.25), (0.0, 0.0, 1.0, 0.0)], "x")
    heights = {letter: (height, y) for letter, height, _, y in letters(picture)}
    assert heights["A"][0] == pytest.approx(2 * heights["U"][0], rel=0.01)
    assert heights["A"][1] + heights["A"][0] == pytest.approx(heights["U"][1], abs=0.02)
    assert heights["G"][0] == pytest.approx(2 * heights["A"][0], rel=0.01)


def test_no_contribution_is_no_letter() -> None:
    assert letters(draw_contribution_logo([(0.0, 0.0, 0.0, 0.0)], "x")) == []
