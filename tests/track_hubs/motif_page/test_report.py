"""The report of a model: its parts, its links, and models that lack something."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from motif_rows import KNOWN, ODD, cluster, motif, report

from track_hubs.motif_page.report import describe_enrichment, list_enriched, render_report
from track_hubs.static_page import render_generator


class Page(HTMLParser):
    """Elements of a page that are open at the end, ids, and addresses of links."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if tag == "a" else []
        if tag not in ("meta", "link", "br", "input", "path", "rect", "circle", "use", "image"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "use":
            assert dict(attrs)["href"] in ("#letter-A", "#letter-C", "#letter-G", "#letter-U")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


CHANGES: list[dict[str, Any]] = [
    {},
    {"clusters": [], "own": None, "meme": ""},
    {"own": None},
    {"own": None, "has_known": False},
    {"unbound": 0, "clusters": [cluster(motif(enrichment=None))], "own": None},
    {"tree": replace(report().tree, silent=[])},
    {"clusters": [cluster(motif(f"ELAVL1.filter{number:03d}")) for number in range(50)], "agreement": None},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_elements_and_links_are_sound(changes: dict[str, Any]) -> None:
    text = render_report(report(**changes))
    page = Page(text)
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    anchors = [unquote(link[1:]) for link in page.links if link.startswith("#")]
    if changes.get("clusters", True) and changes.get("own", True):
        assert set(anchors) <= set(page.ids)
    assert [link for link in page.links if not link.startswith(("#", "data:"))] == [
        "index.html",
        "index.html#shared",
        "ELAVL1.tsv",
        "ELAVL1.matches.tsv",
    ]
    assert "http:" not in text
    assert "https:" not in text
    assert render_generator("ideep-scan motifs") in text[:1000]


def test_every_motif_is_an_anchor() -> None:
    assert {"ELAVL1.filter000", "ELAVL1.filter002", "ELAVL1.pattern00"} <= set(Page(render_report(report())).ids)
    many = [cluster(motif(f"ELAVL1.filter{number:03d}")) for number in range(50)]
    assert len([name for name in Page(render_report(report(clusters=many))).ids if ".filter" in name]) == 50


def test_the_summary_names_the_strongest_motif() -> None:
    text = render_report(report())
    assert "This page shows 3 learned motifs in 2 clusters; 2 of them are enriched in bound windows (q ≤ 0.05)" in text
    assert "of which 1 resembles no known motif." in text
    assert "The strongest is <b>UUUA</b>, in 80 % of bound and 10 % of unbound windows, odds ratio 36." in text


def test_the_known_motif_is_told() -> None:
    assert 'Found: <a href="#ELAVL1.filter000">' in render_report(report())
    own = report().own
    assert own
    assert "Not found at p &lt; 0.05" in render_report(report(own=replace(own, known=replace(KNOWN, is_found=False))))
    assert "No learned motif resembles it" in render_report(report(own=None))
    assert "The known motifs have none of ELAVL1" in render_report(report(own=None, has_known=False))


def test_silent_filters_are_named() -> None:
    assert "1 of 3 filters never fire on these windows: 1." in render_report(report())
    assert "Every filter fires" in render_report(report(tree=replace(report().tree, silent=[])))


def test_the_motifs_are_inside_the_page() -> None:
    link = re.search(r'download="ELAVL1.meme" href="data:text/plain;charset=utf-8,(.*?)"', render_report(report()))
    assert link
    assert unquote(link[1]) == "MEME version 5\n"


def test_names_of_any_kind_stay_text() -> None:
    odd = motif(ODD, ODD)
    page = render_report(report(ODD, protein=ODD, windows=ODD, clusters=[cluster(odd, motif())], meme=ODD))
    assert "<b id=" not in page
    assert ODD in Page(page).ids


def test_enrichment_in_words() -> None:
    assert [motif.id for motif in list_enriched(report())] == ["ELAVL1.filter000", "ELAVL1.filter002"]
    assert describe_enrichment(motif(enrichment=None)) == ""
