"""Hub and session of a run in igv.js itself, without a page of ours around it: tracks, features in view, values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysam
import pytest
import runs
import visits
from visits import READY, Visit, features, names, shot

from track_hubs import igv_js
from track_hubs.hub_builder import build_hub
from track_hubs.server.http_server import Reply, Route, serve

START, END = 17_400, 17_800
WHERE = f"exA:{START + 1}-{END}"
PAGE = b"""<!DOCTYPE html><html><head><link rel="icon" href="data:,"></head>
<body><div id="igv"></div><script src="/igv.min.js"></script></body></html>"""
FASTA = "genome/example.fa.gz"
GENOME = {"fastaURL": FASTA, "indexURL": f"{FASTA}.fai", "compressedIndexURL": f"{FASTA}.gzi"}
ALONE = {"loadDefaultGenomes": False, "search": False, "locus": WHERE}
BEGIN = "window.browser = await igv.createBrowser(document.querySelector('#igv'), "
ROUTES: dict[str, Route] = {
    "/look.html": lambda query: Reply("text/html; charset=utf-8", PAGE),
    "/igv.min.js": lambda query: Reply("text/javascript", visits.IGV.read_bytes()),
}


@pytest.fixture(scope="module")
def url(visit: Visit, run: Path) -> Iterator[str]:
    """A page in the run's folder that has igv.js and nothing else."""
    with serve(run, routes=ROUTES) as server:
        yield f"{server.url}look.html"


def step(script: str) -> dict[str, Any]:
    """A step: an asynchronous script that sets `browser`."""
    return {"run": f"(async () => {{ {script}; document.body.dataset.ready = 'yes'; }})()"}


def in_view(intervals: list[list[Any]]) -> list[tuple[int, int]]:
    return sorted((start, end) for start, end in intervals if start < END and end > START)


def expected(run: Path, what: str) -> list[tuple[int, int]]:
    """Sites or motif hits of ELAVL1 in view, as the table has them."""
    table = runs.table(run, what)
    return in_view(table[["start", "end"]].to_numpy().tolist())


def compare(drawn: list[list[float]], run: Path, strand: str) -> None:
    """Values at three positions, against the bigWig as another program reads it."""
    written = runs.track(run, strand)["exA"]
    inside = [each for each in drawn if START <= each[0] < END]
    assert len(inside) > 300
    for start, end, value in (inside[0], inside[len(inside) // 2], inside[-1]):
        assert end == start + 1
        assert value == pytest.approx(written[int(start)], abs=1e-6)


@pytest.mark.usefixtures("visit")
def test_npm_gives_the_program_that_is_pinned() -> None:
    asked = json.loads(Path(__file__).with_name("package.json").read_text())["dependencies"]["igv"]
    assert asked == igv_js.VERSION
    assert igv_js.is_genuine(visits.IGV.read_bytes())


def test_the_hub(visit: Visit, url: str, run: Path) -> None:
    script = f"""const hub = await igv.loadHub(new URL('hub.txt', location.href).href);
        const containers = await hub.getGroupedTrackConfigurations('example');
        const tracks = [];
        containers.forEach((container) => container.map((track) => tracks.push(track)));
        {BEGIN} {json.dumps({**ALONE, "reference": {"id": "example", **GENOME}})});
        await browser.loadTrackList(tracks.filter((track) => track.visible !== false))"""
    seen = visit(
        url,
        step(script),
        READY,
        {"run": names("browser")},
        {"until": features("browser", "ELAVL1 plus", "start end value")},
        {"until": features("browser", "ELAVL1 minus", "start end value")},
        {"until": features("browser", "ELAVL1 sites", "start end")},
        {"until": features("browser", "ELAVL1 motifs", "start end")},
        {"run": "browser.findTracks((each) => each.type === 'wig').map(({ dataRange: { min, max } }) => [min, max])"},
        shot("hub"),
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, listed, plus, minus, sites, motifs, limits, _ = seen.results
    kinds = ("plus", "minus", "sites", "motifs")
    assert sorted(listed) == sorted(f"{group} {kind}" for group in ("ELAVL1", "U2AF2") for kind in kinds)
    assert limits == [[0, 1]] * 4
    assert in_view(sites) == expected(run, "hits") != []
    assert in_view(motifs) == expected(run, "motifs") != []
    compare(plus, run, "+")
    compare(minus, run, "-")


def test_an_assembly_hub_brings_its_genome(visit: Visit, run: Path, tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    build_hub([run], hub, own_genome=True, fasta=run / FASTA)
    # Hub and run have only the root of the file system for certain in common.
    routes = {**ROUTES, f"{hub}/look.html": ROUTES["/look.html"]}
    with serve("/", routes=routes, folders=[hub, run]) as server:
        seen = visit(
            f"{server.url}{str(hub)[1:]}/look.html",
            step(f"{BEGIN} {json.dumps({'loadDefaultGenomes': False, 'search': False, 'hubURL': 'hub.txt'})})"),
            READY,
            {"run": names("browser")},
            {"run": f"browser.genome.getSequence('exA', {START}, {START + 20})"},
            {"run": f"browser.search('{WHERE}')"},
            {"until": features("browser", "ELAVL1 minus", "start end value")},
        )
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, listed, sequence, _, minus = seen.results
    assert "ELAVL1 sites" in listed
    with pysam.FastaFile(str(run / FASTA)) as fasta:
        assert sequence == fasta.fetch("exA", START, START + 20)
    compare(minus, run, "-")


def test_the_session(visit: Visit, url: str, run: Path) -> None:
    # igv.js gets to a bgzipped genome only where it is told of its indexes, and a session has no place for them.
    known = [{"id": FASTA, "name": "example", **GENOME}]
    script = f"{BEGIN} {json.dumps({**ALONE, 'sessionURL': 'igv_session.xml', 'genomeList': known})})"
    overlay = "browser.trackViews.find((view) => view.track?.name?.startsWith('ELAVL1 score'))"
    arrays = f"{overlay}.viewports[0].featureCache?.features?.featureArrays"
    seen = visit(
        url,
        step(f"{script}; await browser.search('{WHERE}')"),
        READY,
        {"run": names("browser")},
        {"until": f"{arrays}?.map((values) => values.map((each) => [each.start, each.end, each.value]))"},
        {"until": features("browser", "ELAVL1 sites", "start end")},
        {"until": features("browser", "Genes", "name")},
        {"run": f"{overlay}.track.height"},
        shot("session"),
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, listed, strands, sites, genes, height, _ = seen.results
    assert len(listed) == 2 * 3 + 1
    assert {name for (name,) in genes} >= {"EXA1", "EXA2"}
    assert in_view(sites) == expected(run, "hits") != []
    assert height == 80
    for drawn, strand in zip(strands, ("+", "-"), strict=True):
        compare(drawn, run, strand)
