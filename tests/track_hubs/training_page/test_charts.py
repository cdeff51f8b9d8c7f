"""Plots of a training: places of points, bars, files of their own."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from track_hubs.training_page.charts import Axis, Curve, Dot, draw_groups, draw_plot, make_file

ACROSS = Axis("share <of> sites", 0.0, 1.0, [(0.0, "0"), (1.0, "1")])


def test_points_are_inside_and_up_is_more() -> None:
    picture = draw_plot("A & B", ACROSS, ACROSS, [Curve("a < b", [(0.0, 0.0), (1.0, 1.0)], "first")])
    ElementTree.fromstring(picture)
    found = re.search(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" class="curve first"', picture)
    assert found is not None
    x1, y1, x2, y2 = map(float, found.groups())
    assert 0 < x1 < x2 < 440
    assert 270 > y1 > y2 > 0
    assert "a &lt; b" in picture


def test_an_axis_without_width_divides_by_nothing() -> None:
    flat = Axis("epoch", 1.0, 1.0, [(1.0, "1")])
    ElementTree.fromstring(draw_plot("one", flat, ACROSS, [Curve("", [], "first")], [Dot(1.0, 0.5, 0.4, 0.6)]))


def test_bars_are_in_proportion() -> None:
    picture = draw_groups("shares", ["CDS", "intron"], [("sites", [0.2, 0.4]), ("others", [0.0, 0.1])])
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="11" class="fill-first"', picture)]
    assert widths[1] == 2 * widths[0] > 0


def test_a_file_has_its_style() -> None:
    text = make_file(draw_groups("shares", ["CDS"], [("sites", [0.2])]))
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert ".fill-first" in text
    assert "@media" not in text


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e4))
def test_round_marks_are_few_and_inside(low: float, size: float) -> None:
    axis = Axis.with_round_ticks("x", low, low + size)
    values = [value for value, _ in axis.ticks]
    assert 1 <= len(values) <= 6
    assert all(low - 1e-6 * size <= value <= low + size * (1 + 1e-6) for value in values)
    assert all(len(text) <= 9 for _, text in axis.ticks)
