"""Sequence logo and ROC curve, read from the SVG."""

from __future__ import annotations

import xml.etree.ElementTree as xml

import pytest

from track_hubs.model_figures import compute_area, compute_information, draw_logo, draw_roc

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("row", "bits"), [((1, 0, 0, 0), 2.0), ((0.25, 0.25, 0.25, 0.25), 0.0), ((0.5, 0.5, 0, 0), 1.0)]
)
def test_information(row: tuple[float, float, float, float], bits: float) -> None:
    assert compute_information(row) == pytest.approx(bits)


def test_a_logo_stacks_letters_by_their_share() -> None:
    logo = xml.fromstring(draw_logo([(0, 0, 0, 1), (0.75, 0.25, 0, 0), (0.25,) * 4], "a <b>"))
    assert logo.find(f"{SVG}title").text == "a <b>"
    paths = list(logo.iter(f"{SVG}path"))
    assert len(paths) == 3  # U alone, C below A, nothing where all are alike
    heights = [float(path.get("transform").split("(")[2].split()[1].rstrip(")")) for path in paths]
    assert heights[0] == pytest.approx(90)
    assert heights[2] == pytest.approx(3 * heights[1], rel=0.01)
    tops = [float(path.get("transform").split()[1].rstrip(")")) for path in paths]
    assert tops[2] < tops[1]


def test_a_roc_curve_tells_its_area() -> None:
    points = [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]
    assert compute_area(points) == pytest.approx(0.875)
    curve = xml.fromstring(draw_roc(points, (1, 2, 3), "ROC"))
    assert "AUC 0.875" in [text.text for text in curve.iter(f"{SVG}text")]
    diagonal, line = curve.iter(f"{SVG}polyline")
    assert len(line.get("points").split()) == 4
    assert line.get("points").split()[0] == diagonal.get("points").split()[0]
    assert line.get("points").split()[-1] == diagonal.get("points").split()[-1]
