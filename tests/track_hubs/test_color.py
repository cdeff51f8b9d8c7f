"""Colours are stable, and distinct in every kind of colour vision."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import track_hubs
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.jobs.model_page import choose_protein_color
from track_hubs.color import (
    BASE_COLORS,
    CHANGE_COLORS,
    PALETTE,
    choose_color,
    compute_contrast,
    format_css,
    format_rgb,
    tint,
)
from track_hubs.model_figures import GLYPHS

# Linear sRGB as seen without one kind of cones: Machado, Oliveira and Fernandes 2009, severity 1.0.
SIGHT = {
    "all cones": np.eye(3),
    "no L cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no M cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no S cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(color: tuple[int, int, int], sight: np.ndarray) -> np.ndarray:
    """CIELAB under D65 of an sRGB colour as somebody sees it."""
    parts = np.array(color) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    ratios = TO_XYZ @ np.clip(sight @ linear, 0, 1) / WHITE
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


PROTEINS = list(dict.fromkeys(experiment.protein for experiment in read_experiments()))


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_proteins_are_told_apart(sight: str) -> None:
    seen = {protein: lab(choose_protein_color(protein), SIGHT[sight]) for protein in PROTEINS}
    assert len(seen) == len(PROTEINS) == 20
    least = min(float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations(PROTEINS, 2))
    assert least > (22 if sight == "all cones" else 15)


def wcag_contrast(color: tuple[int, int, int]) -> float:
    """Contrast on white by the definition of WCAG 2.2, apart from the code under test."""
    parts = np.array(color) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05))


def test_the_contrast_of_known_colours() -> None:
    assert compute_contrast((0, 0, 0)) == pytest.approx(21)
    assert compute_contrast((255, 255, 255)) == pytest.approx(1)
    assert compute_contrast((118, 118, 118)) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("color", PALETTE)
def test_both_strands_show_on_white_and_are_told_apart(color: tuple[int, int, int]) -> None:
    assert wcag_contrast(color) >= 4
    assert wcag_contrast(tint(color)) >= 3
    for sight in SIGHT.values():
        plus, minus = lab(color, sight), lab(tint(color), sight)
        assert minus[0] > plus[0]
        assert np.linalg.norm(minus - plus) > 10


@pytest.mark.parametrize("sight", SIGHT)
def test_gained_and_lost_sites_show_on_white_and_are_told_apart(sight: str) -> None:
    seen = {change: lab(color, SIGHT[sight]) for change, color in CHANGE_COLORS.items()}
    least = min(float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations(seen, 2))
    assert least > 12
    assert min(map(wcag_contrast, CHANGE_COLORS.values())) >= 3


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_tint_of_any_colour_shows_on_white(color: tuple[int, int, int]) -> None:
    minus = tint(color)
    assert wcag_contrast(minus) >= 3 or wcag_contrast(minus) > wcag_contrast(color)
    assert compute_contrast(color) == pytest.approx(wcag_contrast(color))


@pytest.mark.parametrize("page", sorted((Path(track_hubs.__file__).parent / "page").glob("*.[ch][st][sm]*")))
def test_text_of_the_pages_has_contrast(page: Path) -> None:
    text = page.read_text()
    results = re.findall(r"[{;\s]color:#([0-9a-f]{3,6})", text)
    for name in ("theme.css", "report.css"):  # pages of runs and reports name their colours
        text += (page.parent / name).read_text()
    variables = {change: format_css(color)[1:] for change, color in CHANGE_COLORS.items()}
    for name, digits in re.findall(r"--(\w+):(?:light-dark\()?#([0-9a-f]{3,6})", text):
        variables.setdefault(name, digits)  # a dark theme follows
    results += [variables[name] for name in re.findall(r"[{;\s]color:var\(--(?!paper)(\w+)\)", text)]
    assert results
    for text in results:
        digits = text if len(text) == 6 else "".join(2 * digit for digit in text)
        red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
        assert wcag_contrast((red, green, blue)) >= 4.5


def test_the_measure_knows_red_and_green() -> None:
    """What looks the same without M cones must count as near, or the test above could not fail."""
    red, green = (180, 60, 20), (110, 98, 10)
    far, near = (
        np.linalg.norm(lab(red, SIGHT[sight]) - lab(green, SIGHT[sight])) for sight in ("all cones", "no M cones")
    )
    assert far > 40 > 16 > near


def test_a_group_keeps_its_colour() -> None:
    assert choose_protein_color("ELAVL1") == (0, 30, 255)
    assert choose_color("ELAVL1") == choose_color("ELAVL1")
    assert choose_color("c", ["a", "b", "c"]) == PALETTE[2] == choose_color("c", ["a", "b", "c", "d"])
    assert {choose_color(f"RBP{number}") for number in range(300)} == set(PALETTE)


def test_tint_goes_to_white() -> None:
    assert tint((10, 20, 30), 0) == (10, 20, 30)
    assert tint((10, 20, 30), 1) == (255, 255, 255)


def test_spellings() -> None:
    assert format_css((0, 114, 178)) == "#0072b2"
    assert format_rgb((0, 114, 178)) == "0,114,178"


THEME = dict(
    re.findall(r"--(\w+):light-dark\(([^)]*)\)", (Path(track_hubs.__file__).parent / "page" / "theme.css").read_text())
)


def read_css(text: str) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "soft", "mark", "warn"])
@pytest.mark.parametrize("text", ["ink", "dim", "accent"])
def test_text_of_a_page_is_read_in_light_and_dark(text: str, ground: str, theme: int) -> None:
    pair = [wcag_contrast(read_css(THEME[name].split(",")[theme])) for name in (text, ground)]
    assert max(pair) / min(pair) >= 4.5
    on_accent = [wcag_contrast(read_css(THEME[name].split(",")[theme])) for name in ("paper", "accent")]
    assert max(on_accent) / min(on_accent) >= 4.5


def test_bases_have_the_same_colours_on_every_page() -> None:
    folder = Path(track_hubs.__file__).parent / "page"
    in_scripts = dict(re.findall(r'([A-Z]): "(#[0-9a-f]{6})"', (folder / "bases.js").read_text()))
    expected = {base: format_css(color) for base, color in BASE_COLORS.items()}
    assert in_scripts == {**expected, "T": expected["U"]}
    light, _ = (folder / "training_plot.css").read_text().split("@media", 1)
    in_plots = dict(re.findall(r"base-([A-Z]){stroke:(#[0-9a-f]{6})}", light))
    assert in_plots == {base: color for base, color in expected.items() if base != "N"}
    assert {base: color for base, (color, _) in GLYPHS.items()} == in_plots


def read_dark_bases() -> list[dict[str, str]]:
    """Read the colours of the bases on dark pages, from each file that has them."""
    folder = Path(track_hubs.__file__).parent / "page"
    dark = [(folder / name).read_text().split("@media(prefers-color-scheme:dark)")[1] for name in DARK_PAGES]
    return [dict(re.findall(r"(?:base|letter)-([A-Z]){\w+:(#[0-9a-f]{6})}", text)) for text in dark]


DARK_PAGES = ("training_plot.css", "motif_report.css")


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_bases_are_told_apart(sight: str) -> None:
    on_dark, others = read_dark_bases()
    assert on_dark == others
    for colors, least in ((BASE_COLORS, 30), ({base: read_css(text) for base, text in on_dark.items()}, 20)):
        seen = {base: lab(colors[base], SIGHT[sight]) for base in "ACGU"}
        assert min(float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations("ACGU", 2)) > least
    assert min(wcag_contrast(color) for color in BASE_COLORS.values()) >= 3
