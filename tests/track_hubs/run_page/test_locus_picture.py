"""The picture of a locus: elements of the SVG and their positions."""

from __future__ import annotations

import math
import xml.etree.ElementTree as xml

from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.run_page.loci import Gene, Site, Window, pick_separate_sites
from track_hubs.run_page.locus_picture import LEFT, RIGHT, WIDTH, draw_locus

SVG = "{http://www.w3.org/2000/svg}"
NAN = math.nan
WINDOW = Window("chr<1>", 1000, 1010)


def draw(
    plus: list[float], minus: list[float], sites: list[Site] | None = None, genes: list[Gene] | None = None
) -> xml.Element:
    return xml.fromstring(draw_locus(WINDOW, plus, minus, sites=sites or [], genes=genes or [], color=(0, 114, 178)))


def points(polygon: xml.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in (polygon.get("points") or "").split())]


def test_gaps_split_the_area_and_heights_follow_the_score() -> None:
    plus = [NAN, 0.5, 1.0, NAN, 0.0, *[NAN] * 5]
    first, second = (points(p) for p in draw(plus, [NAN] * 10).iter(f"{SVG}polygon"))
    nt = (WIDTH - LEFT - RIGHT) / 10
    assert [round(x - LEFT) for x, _ in first] == [round(n * nt) for n in (1, 1, 2, 2, 3, 3)]
    base = first[0][1]
    assert math.isclose(base - first[1][1], (base - first[3][1]) / 2)
    assert second[1][1] == base


def test_the_minus_strand_points_down() -> None:
    (up, down) = (points(p) for p in draw([1.0] * 10, [1.0] * 10).iter(f"{SVG}polygon"))
    assert min(y for _, y in up) < up[0][1]
    assert max(y for _, y in down) > down[0][1]


def test_a_level_stretch_is_one_line() -> None:
    (area,) = (points(p) for p in draw([0.5] * 9 + [1.0], [NAN] * 10).iter(f"{SVG}polygon"))
    nt = (WIDTH - LEFT - RIGHT) / 10
    assert [round(x - LEFT) for x, _ in area] == [round(n * nt) for n in (0, 0, 9, 9, 10, 10)]


def test_an_unscored_strand_says_so() -> None:
    assert [t.text for t in draw([0.1] * 10, [NAN] * 10).iter(f"{SVG}text")].count("not scored") == 1


def test_sites_and_genes_are_clipped_and_escaped() -> None:
    site = Site("chr<1>", 990, 1005, '<b>"&', 0.5, "-", 1003)
    gene = Gene("chr<1>", 0, 5000, "<i>G", "-", (1002, 4000), ((0, 1004), (1008, 5000)))
    picture = draw([0.1] * 10, [0.1] * 10, [site], [gene])
    texts = [text.text or "" for text in picture.iter(f"{SVG}text")]
    assert '<b>"& (−) 0.50' in texts
    assert "<i>G ←" in texts
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.get("x") or 0) >= LEFT - 0.1
        assert float(box.get("x") or 0) + float(box.get("width") or 0) <= WIDTH - RIGHT + 0.2
    assert len(list(picture.iter(f"{SVG}rect"))) == 2 + 4  # box and summit; two exons, each with a coding part


def test_a_line_joins_the_parts_of_a_site() -> None:
    blocks = ((990, 992), (1002, 1004), (1006, 1007))
    picture = draw([0.1] * 10, [0.1] * 10, [Site("chr<1>", 990, 1007, "S", 0.5, "+", 1003, blocks)])
    nt = (WIDTH - LEFT - RIGHT) / 10
    boxes = [rect for rect in picture.iter(f"{SVG}rect") if rect.findtext(f"{SVG}title") != "summit"]
    assert [(round(float(box.get("x")) - LEFT), round(float(box.get("width")))) for box in boxes] == [
        (round(2 * nt), round(2 * nt)),
        (round(6 * nt), round(nt)),
    ]
    middle = float(boxes[0].get("y")) + 4
    lines = [line for line in picture.iter(f"{SVG}line") if float(line.get("y1")) == middle]
    assert [(float(line.get("x1")), round(float(line.get("x2")) - LEFT)) for line in lines] == [(LEFT, round(7 * nt))]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1, width=32) | st.just(NAN), min_size=10, max_size=10), st.text(max_size=10))
def test_any_scores_and_names_make_xml(values: list[float], name: str) -> None:
    draw(values, values[::-1], [Site("chr<1>", 1001, 1003, name, 0.5, "+", 1002)])


def test_loci_are_apart_and_inside_the_contig() -> None:
    results = [Site("c", at, at + 5, str(at), 0.9, "+", at) for at in (20, 60, 500, 990)]
    chosen = pick_separate_sites(results, 3, 100, sizes={"c": 1000})
    assert [(site.name, window.start, window.end) for site, window in chosen] == [
        ("20", 0, 100),
        ("500", 450, 550),
        ("990", 900, 1000),
    ]
    assert pick_separate_sites(results, 1, 3000, sizes={"c": 1000})[0][1] == Window("c", 0, 1000)
