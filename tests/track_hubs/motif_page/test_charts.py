"""Charts of a motif: their bars, and what they say to readers who cannot see them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from motif_rows import ENRICHMENT

from track_hubs.motif_page.charts import draw_copies, draw_enrichment, draw_importance, draw_places, draw_spacings
from track_hubs.motif_page.rows import Effect, Enrichment

BAR = re.compile(r'<rect x="(\S+)" y="\S+" width="(\S+)" height="(\S+)" class="(\w+)"/>')


def title(picture: str) -> str:
    match = re.search("<title>(.*?)</title>", picture)
    assert match
    return unescape(match[1])


def test_shares_of_windows_are_bars() -> None:
    picture = draw_enrichment(ENRICHMENT)
    widths = {kind: float(width) for _, width, _, kind in BAR.findall(picture)}
    assert widths["bound"] == pytest.approx(0.8 * widths["rail"], rel=0.01)
    assert widths["unbound"] == pytest.approx(0.1 * widths["rail"], rel=0.01)
    assert title(picture) == "160 of 200 bound windows, 80 of 800 unbound windows"
    assert "80 %" in picture


def test_no_window_is_no_bar() -> None:
    picture = draw_enrichment(Enrichment(0, 0, 0, 5, float("nan"), 1.0, 1.0, is_enriched=False))
    assert {float(width) for _, width, _, kind in BAR.findall(picture) if kind != "rail"} == {0.0}


def test_effects_share_an_axis() -> None:
    picture = draw_importance([("planted", Effect(1.0, 0.5, 1.5)), ("removed", Effect(-1.0, -2.0, 0.0))], -2, 2)
    zero, planted, removed = re.findall(r'<path d="M(\S+) \S+?L(\S+) ', picture)
    assert zero[0] == zero[1] == removed[1]
    assert float(planted[1]) > float(planted[0]) > float(zero[0]) > float(removed[0])
    assert title(picture) == "planted +1.00 log odds, removed −1.00 log odds"
    assert "nan" not in draw_importance([("planted", Effect(0.0, 0.0, 0.0))], 0, 0)


def test_places_are_binned_around_the_centre() -> None:
    counts = [0] * 101
    for place in (48, 50, 52):
        counts[place] = 2
    counts[53] = 1
    bars = BAR.findall(draw_places(counts))
    assert [kind for *_, kind in bars] == ["bound", "pale"]
    assert float(bars[0][2]) == pytest.approx(6 * float(bars[1][2]), rel=0.01)
    assert "6" in title(draw_places(counts)) or "7 bound windows; most often +0 nt" in title(draw_places(counts))


def test_copies_leave_out_empty_ends() -> None:
    assert title(draw_copies((5, 4, 3, 2, 0, 0))).endswith("1: 4, 2: 3, 3: 2")
    assert title(draw_copies((5, 4, 3, 2, 1))).endswith("3: 2, 4+: 1")
    assert title(draw_copies((5, 4))).endswith("1+: 4")


def test_spacings_name_the_most_frequent() -> None:
    assert title(draw_spacings((0, 0, 0, 1, 7, 2))) == "10 pairs of neighbouring hits; most often 4 nt apart"
