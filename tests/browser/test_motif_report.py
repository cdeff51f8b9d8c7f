"""Pages of motifs in a real browser, opened as files: links, folded parts, search, sorting, narrow and dark windows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from motif_rows import ODD, cluster, motif, report, sharing
from visits import ACCESS, READY, Visit, shot, sound

from track_hubs.color import BASE_COLORS
from track_hubs.motif_page.overview import render_overview
from track_hubs.motif_page.report import render_report

FILTERS = 60
LOST = {
    "run": "[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.getAttribute('href').slice(1))"
    ".filter((name) => !document.getElementById(decodeURIComponent(name)))"
}
VISIBLE = "(name) => { const box = document.getElementById(name).getBoundingClientRect(); "
VISIBLE += "return box.height > 0 && box.top >= 0 && box.top < innerHeight }"


def names(selector: str) -> dict[str, str]:
    return {"run": f"[...document.querySelectorAll('{selector}')].filter((e) => !e.hidden).map((e) => e.id)"}


def write(folder: Path, name: str) -> None:
    motifs = [
        motif(f"ELAVL1.filter{number:03d}", "UUUA" if number % 2 else "GGCA", sites=1000 - number)
        for number in range(FILTERS)
    ]
    clusters = [cluster(*motifs[:3]), *map(cluster, motifs[3:-1]), cluster(motif(ODD, ODD))]
    page = render_report(report(name, windows=ODD, clusters=clusters))
    (folder / f"{name}.html").write_text(page, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("motifs")
    for name in ("ELAVL1", "TIA1"):
        write(folder, name)
    page = render_overview([report("ELAVL1"), report("TIA1")], sharing("ELAVL1", "TIA1"))
    (folder / "index.html").write_text(page, encoding="utf-8")
    return folder


def address(folder: Path, name: str, anchor: str = "") -> str:
    return (folder / name).as_uri() + anchor


@pytest.mark.parametrize("name", ["ELAVL1.filter005", "ELAVL1.filter001", "ELAVL1.filter050"])
def test_links_to_motifs_open_what_is_folded(visit: Visit, folder: Path, name: str) -> None:
    url = address(folder, "ELAVL1.html", f"#{name}")
    assert sound(visit(url, READY, {"until": f"({VISIBLE})('{name}')"}))[1]


def test_links_lead_from_the_overview_into_the_reports_and_back(visit: Visit, folder: Path) -> None:
    addresses = {"run": "[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))"}
    _, links = sound(visit(address(folder, "index.html"), READY, addresses))
    targets = {link.partition("#")[::2] for link in links}
    assert {page for page, _ in targets} == {"ELAVL1.html", "TIA1.html"}
    for page in ("ELAVL1.html", "TIA1.html"):
        anchors = [anchor for target, anchor in targets if target == page and anchor]
        lost = {"run": f"{json.dumps(anchors)}.filter((name) => !document.getElementById(name))"}
        _, missing, back = sound(visit(address(folder, page), READY, lost, addresses))
        assert len(anchors) == 2
        assert missing == []
        assert "index.html" in back


def test_no_link_leads_nowhere(visit: Visit, folder: Path) -> None:
    assert sound(visit(address(folder, "ELAVL1.html"), READY, LOST))[1] == []
    assert sound(visit(address(folder, "index.html"), READY, LOST))[1] == []


def test_an_anchor_that_does_not_exist(visit: Visit, folder: Path) -> None:
    for anchor in ("#no.such", "#100%"):
        assert sound(visit(address(folder, "ELAVL1.html", anchor), READY))[0] is True


def test_search_and_sort(visit: Visit, folder: Path) -> None:
    type_in = "(id, text) => { const box = document.getElementById(id); box.value = text; "
    type_in += "box.dispatchEvent(new Event('input')) }"
    sites = "[...document.querySelectorAll('#motifs tbody tr')].map((row) => row.cells[4].textContent)"
    _, _, cards, status, _, fewest, _, most, order = sound(
        visit(
            address(folder, "ELAVL1.html"),
            READY,
            {"run": f"({type_in})('search-cards', 'ggca filter00')"},
            names(".card"),
            {"run": "document.querySelector('#clusters [role=status]').textContent"},
            {"run": "document.querySelectorAll('#motifs th button')[3].click(), "
             "document.querySelectorAll('#motifs th button')[3].click()"},
            {"run": sites},
            {"run": "document.querySelectorAll('#motifs th button')[3].click()"},
            {"run": sites},
            {"run": "[...document.querySelectorAll('#motifs th[aria-sort]')].map((e) => e.getAttribute('aria-sort'))"},
        )
    )  # fmt: skip
    assert cards == [f"ELAVL1.filter00{number}" for number in (0, 4, 6, 8)]
    assert status == "4 of 20"
    numbers = [int(text.replace(",", "")) for text in fewest]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 2
    assert [int(text.replace(",", "")) for text in most] == sorted(numbers, reverse=True)
    assert sorted(order)[-1] == "none"
    assert order.count("descending") == 1


def test_the_motifs_can_be_downloaded(visit: Visit, folder: Path, tmp_path: Path) -> None:
    step = {"download": "document.querySelector('a[download]').click()", "to": str(tmp_path / "file")}
    assert sound(visit(address(folder, "ELAVL1.html"), READY, step))[1] == "ELAVL1.meme"
    assert (tmp_path / "file").read_text() == "MEME version 5\n"


@pytest.mark.parametrize("page", ["index.html", "ELAVL1.html"])
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1200, True)])
def test_narrow_and_dark_windows(visit: Visit, folder: Path, page: str, width: int, dark: bool) -> None:
    opened: dict[str, Any] = {"run": "document.querySelectorAll('details').forEach((part) => { part.open = true })"}
    _, _, overflow, background, letter, _ = sound(
        visit(
            address(folder, page),
            READY,
            opened,
            {"run": "document.documentElement.scrollWidth - innerWidth"},
            {"run": "getComputedStyle(document.body).backgroundColor"},
            {"run": "getComputedStyle(document.getElementById('letter-A')).fill"},
            shot(f"motif_{page.partition('.')[0]}_{width}"),
            width=width,
            dark=dark,
        )
    )
    assert overflow <= 0
    assert background == ("rgb(20, 22, 26)" if dark else "rgb(255, 255, 255)")
    assert dark or letter == "rgb({}, {}, {})".format(*BASE_COLORS["A"])
    assert not dark or letter == "rgb(44, 199, 155)"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["index.html", "ELAVL1.html"])
def test_the_report_is_accessible(visit: Visit, folder: Path, name: str, dark: bool) -> None:
    assert sound(visit(address(folder, name), ACCESS, dark=dark))[-1] == []
