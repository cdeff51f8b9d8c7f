"""The page of a run as text: title, table of sites, inline scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from track_hubs.manifest import Manifest, from_json
from track_hubs.render import render
from track_hubs.run_page.index_page import render_page
from track_hubs.run_page.loci import Site, TableRow
from track_hubs.run_page.scripts import read_page_scripts

ODD = 'hnRNP <C> & "co" α\''


class _Table(HTMLParser):
    """Rows of the table of sites: text of the cells, and attributes of the row."""

    def __init__(self, text: str):
        super().__init__()
        self.rows: list[list[str]] = []
        self.about: list[dict[str, str | None]] = []
        self._within = False
        self.feed(re.search(r"<h2>Strongest sites</h2>.*?</table>", text, re.S)[0])  # type: ignore[index]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
            self.about.append(dict(attrs))
        self._within = tag in ("td", "th", "span", "a") and bool(self.rows)
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self._within:
            self.rows[-1][-1] += data.strip("\n")


@pytest.fixture
def manifest(run: Path) -> Manifest:
    return from_json((run / "manifest.json").read_text(encoding="utf-8"))


def test_a_row_for_each_site_the_strongest_first(run: Path) -> None:
    render(run)
    table = _Table((run / "index.html").read_text(encoding="utf-8"))
    head, *rows = table.rows
    assert head == ["Protein", "Site", "Position", "Strand", "Score", "Gene", "Link"]
    scores = [float(row[4]) for row in rows]
    assert scores == sorted(scores, reverse=True) == [0.97, 0.93, 0.88, 0.81, 0.71, 0.64]
    assert rows[0] == ["ELAVL1", "ALPHA:1", "chrA:5089-5113", "+", "0.970", "ALPHA", "UCSC"]
    assert rows[1][2:6] == ["chrB:689-713", "−", "0.930", "–"]
    assert rows[3][0] == ODD
    assert [about["data-group"] for about in table.about[1:]] == ["0", "0", "0", "1", "0", "1"]
    assert table.about[1]["data-locus"] == "chrA:4351-5851"
    assert table.about[2]["data-locus"] == "chrB:1-1451"


def test_the_columns_are_those_that_something_is_known_of(manifest: Manifest) -> None:
    site = Site("chrA", 10, 20, "one", 0.9, "+", 15)
    rows = [
        TableRow(
            "ELAVL1",
            site,
            {"geneName": "NaN", "region": ".", "expectedPrecision": "0.0123", "qValue": "0.001", "driver": ""},
        ),
        TableRow(ODD, site, {"geneName": ".", "region": ".", "expectedPrecision": "", "driver": "<b>sequence</b>"}),
        TableRow(ODD, site, {}),
    ]
    head, *shown = _Table(render_page(manifest, rows, [])).rows
    assert head[5:] == ["Expected precision", "Gene", "Driver", "Link"]
    assert [row[5:8] for row in shown] == [["0.0123", "NaN", "–"], ["–", "–", "<b>sequence</b>"], ["–", "–", "–"]]


def test_a_genome_of_ones_own_is_not_looked_for_at_ucsc(own_genome_run: Path) -> None:
    render(own_genome_run)
    text = (own_genome_run / "index.html").read_text(encoding="utf-8")
    assert _Table(text).rows[0][-1] == "Gene"
    assert "genome.ucsc.edu" not in text


def test_many_proteins_are_counted(manifest: Manifest) -> None:
    tracks = tuple(replace(manifest.tracks[0], group=f"P{number}") for number in range(7))
    assert "Predicted binding sites of the proteins of 7 models" in render_page(
        replace(manifest, tracks=tracks), [], []
    )
    assert "Predicted binding sites of P0, P1 on" in render_page(replace(manifest, tracks=tracks[:2]), [], [])


def test_all_scripts_are_in_the_page(manifest: Manifest) -> None:
    text = render_page(manifest, [], [])
    assert "class RunPage" in text
    assert "class BothStrands" in text
    assert "class SiteSearch" in text
    assert "class Variants" in text
    assert text.count("</script>") == text.count("<script") == 1 + len(read_page_scripts())
