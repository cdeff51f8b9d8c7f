"""The heat map of shared motifs, and its table."""

from __future__ import annotations

import re

from motif_rows import ODD, sharing

from track_hubs.motif_page.rows import Shared, Sharing
from track_hubs.motif_page.sharing_map import draw_colors, draw_sharing_map, render_sharing_table

SHARING = Sharing(
    ["ELAVL1", "TIA1"],
    ["ELAVL1", "QKI"],
    [
        Shared("ELAVL1", "ELAVL1", "ELAVL1.filter000", 0.5),
        Shared("TIA1", "ELAVL1", "TIA1.filter001", 5.0),
        Shared("TIA1", "QKI", "TIA1.filter002", 2.0),
    ],
)


def test_cells_lead_to_their_motifs() -> None:
    picture = draw_sharing_map(SHARING)
    cells = re.findall(r'<a href="(\S+)" tabindex="-1"><rect x="(\d+)" y="(\d+)".*?class="level(\d)"', picture)
    assert [address for address, *_ in cells] == [
        "ELAVL1.html#ELAVL1.filter000",
        "TIA1.html#TIA1.filter001",
        "TIA1.html#TIA1.filter002",
    ]
    (_, x1, y1, low), (_, x2, y2, high), (_, x3, y3, _) = cells
    assert (x1, y2) == (x2, y3)
    assert int(x3) > int(x1)
    assert int(y2) > int(y1)
    assert int(high) > int(low)


def test_the_table_has_the_strongest_model_first() -> None:
    table = render_sharing_table(SHARING)
    assert re.findall('href="(.*?)"', table) == [
        "TIA1.html#TIA1.filter001",
        "ELAVL1.html#ELAVL1.filter000",
        "TIA1.html#TIA1.filter002",
    ]
    assert re.findall('class="n">(\\d)<', table) == ["2", "1"]


def test_the_colours_are_told() -> None:
    assert re.findall('class="level(\\d)"', draw_colors()) == list("123456")
    assert re.findall('middle faint">(.*?)<', draw_colors())[::5] == ["1", "16"]


def test_names_stay_text() -> None:
    odd = sharing(ODD)
    assert "<b" not in draw_sharing_map(odd) + render_sharing_table(odd)
