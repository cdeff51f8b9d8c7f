"""Variants on the page of a run in a real browser: the track, the list, its filters and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pybigtools
import pytest
import runs
from visits import IGV, READY, Visit, features, names, shot

from ideep_scan.formats.variants.variant_bigbed import VARIANTS
from ideep_scan.jobs.hub import run as build_hub
from ideep_scan.jobs.hub_settings import HubSettings
from ideep_scan.jobs.view.serve_run import serve_run
from ideep_scan.jobs.view.serve_variants import serve_variants
from track_hubs.color import CHANGE_COLORS, format_rgb
from track_hubs.server.http_server import Reply, Route, serve

BROWSER = "runPage.browser"
AT = "#locus=exA:45001-48000"
STATUS = {"run": "document.querySelector('#status').textContent"}
LOCUS = {"run": "runPage.locus()"}
NEXT = {"run": "runPage.variants.step(1)"}
PREVIOUS = {"run": "runPage.variants.step(-1)"}
SHOWN = {"run": "runPage.variants.visibleRows().map(({dataset: d}) => [d.model, d.site, Number(d.absDelta)])"}
COLUMNS = [name for _, name, _ in VARIANTS.extra]


def choose(name: str, value: str) -> dict[str, str]:
    """Set a filter as a user does."""
    box = f"document.querySelector('#{name}')"
    return {"run": f"{box}.value = '{value}'; {box}.dispatchEvent(new Event('input'))"}


def press(key: str, where: str = "document") -> dict[str, str]:
    return {"run": f"{where}.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))"}


@pytest.fixture(scope="module")
def vcf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    example = runs.copy_example(folder / "example")
    runs.annotate(example, example / "variants.vcf", rbp=("ELAVL1", "U2AF2"), threshold=0.5, out=folder / "out.vcf.gz")
    return folder / "out.vcf.gz"


@pytest.fixture(scope="module")
def url(visit: Visit, run: Path, vcf: Path) -> Iterator[str]:
    with ExitStack() as stack:
        server, address, notes = serve_variants(run, vcf, stack)
        assert notes == ()
        with server:
            yield address


@pytest.fixture(scope="module")
def hub(run: Path, vcf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of the run with the variants, in a folder of its own."""
    folder = tmp_path_factory.mktemp("hubs") / "hub"
    summary = build_hub(HubSettings((run,), out=folder, variants=vcf))
    assert summary.findings == ()
    return folder


@pytest.fixture(scope="module")
def effects(hub: Path) -> list[dict[str, str]]:
    """The rows of the track by another reader, strongest first."""
    with pybigtools.open(str(hub / "variants" / "variants.bb")) as bigbed:
        rows = [
            dict(zip(COLUMNS, map(str, row[8:]), strict=True)) | {"start": str(row[0])}
            for chrom in bigbed.chroms()
            for row in bigbed.records(chrom)
        ]
    return sorted(rows, key=lambda row: -float(row["absDelta"]))


def test_the_track_and_the_list_show_the_effects(visit: Visit, url: str, effects: list[dict[str, str]]) -> None:
    seen = visit(
        url + AT,
        READY,
        {"run": names(BROWSER)},
        {"until": features(BROWSER, "Variants", "start model site delta color")},
        SHOWN,
        shot("variants"),
    )
    _, listed, boxes, rows, _ = seen.results
    assert (seen.messages, seen.blocked) == ([], [])
    assert listed[:3] == ["Genes", "Variants", "ELAVL1 score"]
    here = [row for row in effects if row["start"] == "47113"]
    assert len(here) >= 2
    drawn = {(model, site, delta) for start, model, site, delta, _ in boxes if start == 47_113}
    assert drawn == {(row["model"], row["site"], row["delta"]) for row in here}
    assert {color for *_, site, _, color in boxes if site == "gained"} == {
        f"rgb({format_rgb(CHANGE_COLORS['gained'])})"
    }
    assert rows == [[row["model"], row["site"], float(row["absDelta"])] for row in effects]


def test_keys_lead_through_the_list(visit: Visit, url: str, effects: list[dict[str, str]]) -> None:
    seen = visit(
        url, READY, NEXT, STATUS, LOCUS, NEXT, LOCUS, PREVIOUS, LOCUS, PREVIOUS, STATUS, press("j"),
        {"until": "document.querySelectorAll('tr.here').length === 1 && runPage.variants.rows[1].className"},
        press("k"),
        {"until": "runPage.variants.rows[0].className"},
        press("ArrowDown", "runPage.variants.rows[0]"),
        {"until": "document.activeElement === runPage.variants.rows[1]"},
        press("ArrowUp", "runPage.variants.rows[1]"),
        {"until": "document.activeElement === runPage.variants.rows[0]"},
    )  # fmt: skip
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, status, first, _, second, _, again, _, end, *_ = seen.results
    top = effects[0]
    assert status.startswith(f"{top['id']}, exA:{int(top['start']) + 1:,} ")
    assert f"site {top['site']}" in status
    assert first == again != second
    assert end == "no earlier variant in the list"
    low, high = map(int, first.removeprefix("exA:").split("-"))
    assert low <= int(top["start"]) < high


def test_filters_hold_for_the_list_the_keys_and_the_track(
    visit: Visit, url: str, effects: list[dict[str, str]]
) -> None:
    drawn = f"{BROWSER}.findTracks((track) => track.name === 'Variants')[0].getInViewFeatures().map((f) => f.model)"
    seen = visit(
        url + AT,
        READY,
        {"until": features(BROWSER, "Variants", "model")},
        {"run": drawn},
        choose("variant-model", "U2AF2"),
        {"run": drawn},
        SHOWN,
        choose("least-delta", "0.1"),
        SHOWN,
        choose("variant-site", "gained"),
        SHOWN,
        choose("variant-model", ""),
        SHOWN,
        {"run": "document.querySelector('#variant-count').textContent"},
        NEXT,
        STATUS,
        choose("least-delta", "1"),
        NEXT,
        STATUS,
        choose("least-delta", ""),
        choose("variant-site", ""),
        SHOWN,
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, both, _, one, models, _, strong, _, strong_gained, _, gained, count, _, status, _, _, none, _, _, all_rows = (
        seen.results
    )
    assert set(both) == {"ELAVL1", "U2AF2"} > set(one) == {"U2AF2"}
    expected = [[row["model"], row["site"], float(row["absDelta"])] for row in effects]
    assert models == [row for row in expected if row[0] == "U2AF2"] != expected
    assert strong == [row for row in models if row[2] >= 0.1] != models
    assert strong_gained == [row for row in strong if row[1] == "gained"]
    assert gained == [row for row in expected if row[1] == "gained" and row[2] >= 0.1] != []
    assert count == f"{len(gained)} of {len(expected)} rows pass the filters."
    assert "site gained" in status
    assert none == "no further variant in the list"
    assert all_rows == expected


def test_a_click_on_a_box_shows_what_is_known(visit: Visit, url: str) -> None:
    track = f"{BROWSER}.findTracks((track) => track.name === 'Variants')[0]"
    boxes = f"{track}.trackView.viewports[0].featureCache.features"
    seen = visit(
        url + AT,
        READY,
        {"until": features(BROWSER, "Variants", "model")},
        {"run": f"runPage.clickDetails({track}, 0, {boxes}.filter((f) => f.id === 'ex12' && f.model === 'ELAVL1'))"},
        choose("variant-model", "U2AF2"),
        {"run": f"runPage.clickDetails({track}, 0, {boxes}.filter((f) => f.model === 'ELAVL1'))"},
    )
    details = seen.results[2]
    for name in ("Identifier", "ex12", "TCCCCA", "Model", "ELAVL1", "Site", "gained", "REF score", "Delta", "EXA3"):
        assert name in details
    assert seen.results[4] == ""


def test_a_hub_shows_its_variants_on_its_page(visit: Visit, hub: Path) -> None:
    server, address = serve_run(hub)
    with server:
        seen = visit(address + AT, READY, {"until": features(BROWSER, "Variants", "model")}, NEXT, STATUS)
    assert (seen.messages, seen.blocked) == ([], [])
    assert "delta" in seen.results[-1]


def test_the_hub_of_igv_js_has_the_track(visit: Visit, hub: Path) -> None:
    page = Reply("text/html", b'<link rel="icon" href="data:,"><div id="igv"></div><script src="/igv.min.js"></script>')
    routes: dict[str, Route] = {
        "/look.html": lambda query: page,
        "/sizes": lambda query: Reply("text/plain", b"exA\t120000\n"),
        "/igv.min.js": lambda query: Reply("text/javascript", IGV.read_bytes()),
    }
    script = """(async () => {
        const hub = await igv.loadHub(new URL('hub.txt', location.href).href), tracks = [];
        const containers = await hub.getGroupedTrackConfigurations('example');
        containers.forEach((container) => container.map((track) => tracks.push(track)));
        const reference = {id: 'example', format: 'chromsizes', fastaURL: '/sizes', wholeGenomeView: false};
        window.browser = await igv.createBrowser(document.querySelector('#igv'),
            {reference, loadDefaultGenomes: false, search: false, locus: 'exA:45001-48000'});
        await browser.loadTrackList(tracks.filter(({name}) => name === 'Variants'));
    })()"""
    with serve(hub, routes=routes) as server:
        seen = visit(
            f"{server.url}look.html", {"run": script}, {"until": features("browser", "Variants", "model site color")}
        )
    assert (seen.messages, seen.blocked) == ([], [])
    assert ["ELAVL1", "gained", f"rgb({format_rgb(CHANGE_COLORS['gained'])})"] in seen.results[-1]


def test_as_a_file_the_list_is_complete(visit: Visit, hub: Path) -> None:
    seen = visit(
        (hub / "index.html").as_uri(),
        {"run": "[...document.querySelectorAll('#variants tr[data-locus]')].filter((row) => row.offsetHeight).length"},
        {"run": "document.querySelector('#next-variant').offsetHeight"},
        shot("variants_file"),
    )
    rows, button, _ = seen.results
    assert rows > 20
    assert button == 0


def test_without_variants_there_is_no_list(visit: Visit, run: Path) -> None:
    server, address = serve_run(run)
    with server:
        seen = visit(address, READY, press("j"), STATUS, {"run": "document.querySelector('#variants')"})
    assert (seen.messages, seen.blocked) == ([], [])
    assert seen.results[-2:] == ["", None]
