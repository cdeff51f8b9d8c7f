"""The page of a run in a real browser: it draws what the files hold, leads from site to site, says what it cannot."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as xml
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import runs
from pysam import FastaFile
from visits import ACCESS, READY, Visit, features, names, shot, sound

from ideep_scan.jobs.view.serve_run import serve_run
from track_hubs.hub_builder import build_hub
from track_hubs.igv_js import URL
from track_hubs.manifest import from_json, to_json
from track_hubs.run_page.scripts import read_page_scripts
from track_hubs.server.run_files import list_page_files

BROWSER = "runPage.browser"
WHERE = {"run": "runPage.locus()"}
STATUS = {"run": "document.querySelector('#status').textContent"}
FAILED = {"until": "document.querySelector('#status').textContent.includes('could not be loaded')"}
GENOMES = "https://igv.org/genomes/genomes3.json"
NOTE = "document.querySelector('#genome-note').textContent"
POPOVER = f"[...{BROWSER}.root.querySelectorAll('[class*=popover]')].map((each) => each.textContent).join()"
SETTLED = {"run": "new Promise((resolve) => setTimeout(resolve, 300))"}
COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A"}
START, END = 17_400, 18_000  # both strands are transcribed here
AT = f"#locus=exA:{START + 1}-{END}"


def test_it_draws_the_scores_of_both_strands_and_the_sites(visit: Visit, url: str, run: Path) -> None:
    _, listed, scores, sites, motifs, genes, *_ = sound(
        visit(
            url + AT,
            READY,
            {"run": names(BROWSER)},
            {"until": features(BROWSER, "ELAVL1 score", "start end value")},
            {"until": features(BROWSER, "ELAVL1 sites", "start end name")},
            {"until": features(BROWSER, "ELAVL1 motifs", "start end name")},
            {"until": features(BROWSER, "Genes", "name")},
            shot("run"),
            shot("run_whole", whole=True),
        )
    )
    kinds = ("score", "sites", "motifs")
    assert listed == ["Genes", *(f"{group} {kind}" for group in ("ELAVL1", "U2AF2") for kind in kinds)]
    table = runs.table(run)
    there = table[(table.start < END) & (table.end > START)]
    shown = {(start, end, name) for start, end, name in sites if start < END and end > START}
    assert shown == set(zip(there.start, there.end, there.name, strict=True))
    assert len(there) > 5
    hits = runs.table(run, "motifs")
    there = hits[(hits.start < END) & (hits.end > START)]
    assert sum(start < END and end > START for start, end, _ in motifs) == len(there) > 0
    assert {name for start, end, name in motifs if start < END and end > START} == set(there.name)
    assert {name for (name,) in genes} >= {"EXA1", "EXA2"}
    for sign, strand in ((1, "+"), (-1, "-")):
        written = runs.track(run, strand)["exA"]
        drawn = {start: value for start, end, value in scores if end - start == 1 and sign * value > 0}
        inside = sorted(start for start in drawn if START <= start < END)
        assert len(inside) > 300
        for start in (inside[0], inside[len(inside) // 2], inside[-1]):
            assert drawn[start] == pytest.approx(sign * written[start], abs=1e-6)


def test_contributions_are_letters_of_the_rna(visit: Visit, tmp_path: Path) -> None:
    example = runs.copy_example(tmp_path / "example")
    runs.scan(example, tmp_path / "run", regions=f"exA:{START + 1}-{END}", tracks="contributions")
    server, url = serve_run(tmp_path / "run")
    tracks = [f"ELAVL1 contributions ({strand})" for strand in "+-"]
    with server:
        *_, plus, minus, kinds, _ = sound(
            visit(
                f"{url}#locus=exA:{START + 201}-{START + 260}",
                READY,
                {"run": "document.querySelector('#further').click()"},
                *({"until": features(BROWSER, name, "start value sequence")} for name in tracks),
                {"run": f"{BROWSER}.findTracks((track) => track.graphType === 'dynseq').map((track) => track.name)"},
                shot("contributions"),
            )
        )
    assert kinds == tracks
    with FastaFile(str(example / "example.fa.gz")) as fasta:
        bases = fasta.fetch("exA").upper()
    for strand, drawn in (("+", plus), ("-", minus)):
        written = runs.track(tmp_path / "run", strand, "ELAVL1.contributions")["exA"]
        assert len(drawn) > 50
        for start, value, letter in drawn:
            assert value == pytest.approx(written[start], abs=1e-6)
            assert letter.upper() == (bases[start] if strand == "+" else COMPLEMENT[bases[start]])


def test_zoomed_out_no_peak_is_lost(visit: Visit, url: str, run: Path) -> None:
    _, scores = sound(
        visit(f"{url}#locus=exA:1-60000", READY, {"until": features(BROWSER, "U2AF2 score", "start end value")})
    )
    assert len(scores) < 5000
    for sign, strand in ((1, "+"), (-1, "-")):
        written = runs.track(run, strand, "U2AF2")["exA"]
        assert max(sign * value for *_, value in scores) == pytest.approx(np.nanmax(written), abs=1e-6)


def test_proteins_are_picked_and_the_address_keeps_them(visit: Visit, url: str) -> None:
    seen = sound(
        visit(
            f"{url}{AT}&rbp=U2AF2",
            READY,
            {"run": names(BROWSER)},
            {"run": "[...document.querySelectorAll('[data-group]')].map((e) => [e.dataset.group, !e.hidden])"},
            {"run": "document.querySelectorAll('#picker input')[0].click()"},
            {"until": features(BROWSER, "ELAVL1 sites", "name")},
            SETTLED,
            {"run": "location.href"},
            {"run": "document.querySelector('#none').click(); runPage.changes"},
            {"run": names(BROWSER)},
            {"run": "document.querySelector('#all').click(); runPage.changes"},
            {"run": "runPage.address()"},
            {"run": "document.querySelector('#motifs').click(); runPage.changes"},
            {"run": names(BROWSER)},
            {"run": "location.hash = '#rbp=U2AF2&locus=exA:101-200'"},
            {"until": "runPage.locus() === 'exA:101-200'"},
            {"run": names(BROWSER)},
        )
    )
    _, listed, parts, _, _, _, address, _, bare, _, whole, _, without, _, _, followed = seen
    assert listed == ["Genes", "U2AF2 score", "U2AF2 sites", "U2AF2 motifs"]
    assert {tuple(part) for part in parts} == {("0", False), ("1", True)}
    assert parse_qs(urlsplit(address).fragment) == {"locus": [f"exA:{START + 1}-{END}"], "rbp": ["ELAVL1", "U2AF2"]}
    assert bare == ["Genes"]
    assert parse_qs(urlsplit(whole).fragment)["rbp"] == ["ELAVL1", "U2AF2"]
    assert followed == ["Genes", "U2AF2 score", "U2AF2 sites"]
    assert without == ["Genes", *(f"{group} {kind}" for group in ("ELAVL1", "U2AF2") for kind in ("score", "sites"))]


def test_it_leads_to_the_next_site_and_back(visit: Visit, url: str, run: Path) -> None:
    table = runs.table(run)
    strong = table[table.score >= 0.9].sort_values("summit")
    middle = 17_700
    ahead = strong[strong.summit > middle].iloc[0]
    behind = strong[strong.summit < middle].iloc[-1]
    go = f"runPage.go('exA:{middle - 299}-{middle + 300}')"
    _, _, _, forth, said, _, _, back, _, _, none = sound(
        visit(
            f"{url}#rbp=ELAVL1",
            READY,
            {"run": f"document.querySelector('#least').value = '0.9'; {go}"},
            {"run": "runPage.jump(1)"},
            WHERE,
            STATUS,
            {"run": go},
            {"run": "runPage.jump(-1)"},
            WHERE,
            {"run": "runPage.go('exB:79001-80000')"},
            {"run": "runPage.jump(1)"},
            STATUS,
        )
    )
    for place, site in ((forth, ahead), (back, behind)):
        start, end = map(int, place.split(":")[1].split("-"))
        assert start - 1 <= site.summit < end
        assert abs((start + end) / 2 - site.summit) < 3
    assert f"ELAVL1 {ahead['name']}, score {ahead.score:.3f}" in said
    assert f"summit at exA:{ahead.summit + 1:,}" in said
    assert none == "no further site with a score of 0.9 or more"


def test_the_status_does_not_outlive_its_view(visit: Visit, url: str) -> None:
    *_, none, _, _, jumped, _, _, moved, _, _, ends = sound(
        visit(
            f"{url}#rbp=ELAVL1",
            READY,
            {"run": "document.querySelector('#none').click(); runPage.changes.then(() => runPage.jump(1))"},
            STATUS,
            {"run": "document.querySelector('#all').click(); runPage.changes"},
            {"run": "Promise.all([runPage.jump(1), runPage.jump(1)])"},
            STATUS,
            {"run": "runPage.browser.search('exA:30001-31000')"},
            SETTLED,
            STATUS,
            {"run": "runPage.go('exB:79001-80000')"},
            {"run": "document.querySelector('#least').value = '2'; runPage.jump(1)"},
            STATUS,
        )
    )
    assert none == "No protein is selected. Select one above."
    assert "summit at exA:" in jumped
    assert moved == ""
    assert ends == "no further site with a score of 2 or more"


def test_a_server_that_is_gone_is_told_in_the_status(visit: Visit, url: str) -> None:
    gone = "new TypeError('Failed to fetch')"
    dialogs = f"{BROWSER}.root.querySelectorAll('.igv-ui-alert-dialog-container')"
    *_, by_igv, dialogs_open, _, by_jump = sound(
        visit(
            url + AT,
            READY,
            {"run": "runPage.server.watch = () => {}"},
            {"run": f"{BROWSER}.alert.present({gone})"},
            STATUS,
            {"run": f"[...{dialogs}].filter((each) => each.checkVisibility()).length"},
            {"run": f"runPage.sites.findNearest = () => Promise.reject({gone}); runPage.jump(1)"},
            STATUS,
        )
    )
    for said in (by_igv, by_jump):
        assert "Start it again with the folder of this run, and the page goes on: ideep-scan view OUT --port" in said
    assert dialogs_open == 0


def test_no_site_is_left_out_on_the_way_there_and_back(visit: Visit, run: Path) -> None:
    table = runs.table(run)
    summits = sorted(set(table.summit[table.score >= 0.8]))
    there = [f"{at + 1:,}" for at in summits]
    walk = """(async () => {
        const said = [];
        for (const direction of [1, -1]) {
            do {
                await runPage.jump(direction);
                said.push(document.querySelector('#status').textContent);
            } while (!said.at(-1).startsWith('no '));
        }
        return said;
    })()"""
    server, address = serve_run(run)
    with server:
        # Far from the first site: the stretch that is looked through grows on the way.
        *_, said = sound(
            visit(
                f"{address}#rbp=ELAVL1&locus=exA:1-600",
                READY,
                {"run": "document.querySelector('#least').value = '0.8'"},
                {"run": walk},
            )
        )
    ends = [index for index, text in enumerate(said) if text.startswith("no ")]
    assert [text.rsplit(":", 1)[1] for text in said[: ends[0]]] == there
    assert [text.rsplit(":", 1)[1] for text in said[ends[0] + 1 : ends[1]]] == there[-2::-1]


def test_a_row_leads_to_its_site_and_a_gene_is_found(visit: Visit, url: str) -> None:
    row = "document.querySelectorAll('tr[data-locus]')[3]"
    _, asked, _, _, place, _, gene, _, said = sound(
        visit(
            url,
            READY,
            {"run": f"{row}.dataset.locus"},
            {"run": f"{row}.click()"},
            SETTLED,
            WHERE,
            {"run": "runPage.go('EXA3')"},
            WHERE,
            {"run": "runPage.go('no <gene>')"},
            STATUS,
        )
    )
    assert place == asked
    assert gene.startswith("exA:")
    assert gene != place
    assert said.startswith("no <gene> was not found in this run. Its genes are those that were scanned")


def test_a_gene_is_found_by_its_symbol_and_its_accessions(visit: Visit, url: str) -> None:
    names = ("EXA1", "EXT0000011.1", "EXT0000011", "EXG000001.1")
    steps = [step for name in names for step in ({"run": f"runPage.go('{name}')"}, WHERE)]
    _, shown, *found = sound(visit(url, READY, {"until": features(BROWSER, "Genes", "name")}, *steps))
    assert {name for (name,) in shown} >= {"EXA1"}
    assert set(found[1::2]) == {found[1]}
    assert found[1].startswith("exA:")


def middle_of(name: str) -> str:
    """JavaScript for a point in the middle of what a track draws first."""
    track = f"{BROWSER}.trackViews.find((view) => view.track?.name === '{name}').viewports[0].viewportElement"
    return f"(({{ x, y, width }}) => [x + width / 2, y + 12])({track}.getBoundingClientRect())"


def test_a_site_that_is_clicked_at_tells_what_its_row_does(visit: Visit, url: str, run: Path) -> None:
    site = runs.table(run).sort_values("score").iloc[-1]
    *_, told, _ = sound(
        visit(
            f"{url}#rbp=ELAVL1&locus=exA:{site.start - 199}-{site.end + 200}",
            READY,
            {"until": features(BROWSER, "ELAVL1 sites", "name")},
            SETTLED,
            {"click": middle_of("ELAVL1 sites")},
            {"until": f"{POPOVER}.includes('Driver') && {POPOVER}"},
            shot("site"),
        )
    )
    for says in (site["name"], f"Score {site.score:.3g}", site.gene_name, site.driver, site.sequence, "exA:"):
        assert says in told


def test_a_score_that_is_clicked_at_tells_both_strands(visit: Visit, url: str, run: Path) -> None:
    *_, told = sound(
        visit(
            f"{url}{AT}&rbp=ELAVL1",
            READY,
            {"until": features(BROWSER, "ELAVL1 score", "start")},
            {"click": middle_of("ELAVL1 score")},
            {"until": f"{POPOVER}.includes('Position') && {POPOVER}"},
        )
    )
    said = re.search(r"Plus strand ([\d.]+)Minus strand ([\d.]+)Position ([\d,]+)", told)
    assert said
    at = int(said[3].replace(",", "")) - 1
    assert abs(at - (START + END) / 2) < 10
    for text, strand in ((said[1], "+"), (said[2], "-")):
        assert text == f"{runs.track(run, strand)['exA'][at]:.3f}"


def test_pictures_are_saved(visit: Visit, url: str, tmp_path: Path) -> None:
    _, _, svg, png, width = sound(
        visit(
            f"{url}{AT}&rbp=ELAVL1",
            READY,
            {"until": features(BROWSER, "ELAVL1 score", "start")},
            {"download": "document.querySelector('#svg').click()", "to": str(tmp_path / "view.svg")},
            {"download": "document.querySelector('#png').click()", "to": str(tmp_path / "view.png")},
            {"run": f"{BROWSER}.columnContainer.getBoundingClientRect().width"},
        )
    )
    assert (svg, png) == (f"ELAVL1_exA_{START + 1}-{END}.svg", f"ELAVL1_exA_{START + 1}-{END}.png")
    drawn = xml.parse(tmp_path / "view.svg").getroot()
    assert drawn.tag.endswith("svg")
    assert "ELAVL1 score" in "".join(drawn.itertext())
    pixels = (tmp_path / "view.png").read_bytes()
    assert pixels.startswith(b"\x89PNG")
    assert int.from_bytes(pixels[16:20], "big") == int(2 * width)


def test_opened_as_a_file_it_shows_pictures_and_says_how_to_browse(visit: Visit, run: Path) -> None:
    said, visible, pictures, rows, _ = sound(
        visit(
            (run / "index.html").as_uri(),
            STATUS,
            {"run": "['#igv', '#next'].map((id) => document.querySelector(id).checkVisibility())"},
            {"run": "[...document.querySelectorAll('.pictures figure')].filter((e) => e.checkVisibility()).length"},
            {"run": "[...document.querySelectorAll('tr[data-locus]')].filter((e) => e.checkVisibility()).length"},
            shot("run_as_file", whole=True),
        )
    )
    assert said.endswith(f"ideep-scan view '{run}'")
    assert visible == [False, False]
    assert pictures >= 2
    assert rows >= 10


def test_without_igv_js_it_shows_pictures_and_says_so(visit: Visit, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("track_hubs.igv_js.load_igv_js", lambda *_: None)
    seen = visit(url, FAILED, STATUS)
    assert seen.blocked == [URL]
    assert f"Go online once to load it from {URL}" in seen.results[1]


def test_a_program_that_is_not_igv_js_is_not_run(visit: Visit, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("track_hubs.igv_js.load_igv_js", lambda *_: b"document.title = 'taken over'")
    seen = visit(
        url,
        FAILED,
        {"run": "document.title"},
    )
    assert seen.results[1] != "taken over"
    assert any("integrity" in message for message in seen.messages)


@pytest.fixture(scope="module")
def hosted(visit: Visit, run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a run on a genome that is left to igv.org."""
    folder = tmp_path_factory.mktemp("hosted") / "run"
    shutil.copytree(run, folder)
    manifest = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    assembly = replace(manifest.assembly, fasta=None)
    (folder / "manifest.json").write_text(to_json(replace(manifest, assembly=assembly)), encoding="utf-8")
    build_hub([folder])
    genome = {folder / "genome" / f"example.fa.gz{suffix}" for suffix in ("", ".fai", ".gzi")}
    with pytest.MonkeyPatch.context() as patch:  # igv.org's part is played by the same server
        patch.setattr(
            "ideep_scan.jobs.view.serve_run.list_page_files",
            lambda each: {path: files | genome for path, files in list_page_files(each).items()},
        )
        server, address = serve_run(folder)
    with server:
        yield address


def test_a_genome_that_igv_org_hosts_is_shown_with_its_letters(visit: Visit, hosted: str) -> None:
    fasta = f"{hosted}genome/example.fa.gz"
    genome = {"id": "example", "name": "An example", "fastaURL": fasta, "indexURL": f"{fasta}.fai"}
    listed = json.dumps([{**genome, "compressedIndexURL": f"{fasta}.gzi"}])
    _, kinds, scores, note = sound(
        visit(
            hosted + AT,
            READY,
            {"run": f"{BROWSER}.trackViews.map((view) => view.track.type)"},
            {"until": features(BROWSER, "ELAVL1 score", "start")},
            {"run": NOTE},
            answers={GENOMES: listed},
        )
    )
    assert "sequence" in kinds
    assert scores
    assert note == ""


@pytest.mark.parametrize("answers", [{}, {GENOMES: "[]"}])
def test_a_genome_that_is_not_to_be_had_is_shown_without_its_letters(
    visit: Visit, hosted: str, answers: dict[str, str]
) -> None:
    seen = visit(
        hosted + AT,
        READY,
        {"run": f"{BROWSER}.trackViews.map((view) => view.track.type)"},
        {"until": features(BROWSER, "ELAVL1 score", "start")},
        {"until": features(BROWSER, "Genes", "name")},
        {"run": NOTE},
        answers=answers,
    )
    assert (seen.messages, seen.blocked) == ([], [] if answers else [GENOMES])
    _, kinds, _, _, note = seen.results
    assert "sequence" not in kinds
    assert "could not be loaded from igv.org" in note


def test_large_gene_models_are_read_by_their_index(visit: Visit, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = read_page_scripts()
    limit = "const SEARCHABLE = 4_000_000;"
    assert limit in scripts["run_genome.js"]
    small = {**scripts, "run_genome.js": scripts["run_genome.js"].replace(limit, "const SEARCHABLE = 100;")}
    monkeypatch.setattr("ideep_scan.jobs.view.serve_run.read_page_scripts", lambda: small)
    server, address = serve_run(run)
    with server:
        _, genes, asked = sound(
            visit(
                address + AT,
                READY,
                {"until": features(BROWSER, "Genes", "name")},
                {"run": "performance.getEntriesByType('resource').map((each) => each.name)"},
            )
        )
    assert {name for (name,) in genes} == {"EXA1", "EXA2"}
    assert f"{address}genome/genes.bed.gz.tbi" in asked


def test_a_file_that_is_gone_is_named_and_the_others_are_shown(visit: Visit, run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    (folder / "hits" / "U2AF2.bb").unlink()
    server, address = serve_run(folder)
    with server:
        seen = visit(address, READY, {"run": names(BROWSER)}, STATUS)
    _, listed, said = seen.results
    assert {"ELAVL1 sites", "U2AF2 score", "U2AF2 motifs"} <= set(listed)
    assert "U2AF2 sites" not in listed
    assert "hits/U2AF2.bb" in said


def test_names_of_any_kind_are_shown_as_they_are(visit: Visit, run: Path, tmp_path: Path) -> None:
    odd = "</script><b id='in'>\"x\"</b> & |α ü"
    folder = tmp_path / "odd & <run> é 'x' #1"
    shutil.copytree(run, folder)
    manifest = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    tracks = tuple(replace(each, group=odd if each.group == "ELAVL1" else each.group) for each in manifest.tracks)
    models = {odd: manifest.models["ELAVL1"]}
    text = to_json(replace(manifest, title=odd, tracks=tracks, models=models))
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    build_hub([folder])
    server, address = serve_run(folder)
    with server:
        seen = visit(
            address + AT,
            READY,
            {"run": names(BROWSER)},
            {"until": features(BROWSER, f"{odd} sites", "name")},
            {"run": "['title', 'h1', '.card h2'].map((each) => document.querySelector(each).textContent)"},
            {"run": "document.querySelectorAll('#in').length"},
            {"run": "runPage.address()"},
        )
    _, listed, sites, shown, injected, link = sound(seen)
    assert f"{odd} score" in listed
    assert sites
    assert shown == [odd] * 3
    assert injected == 0
    assert parse_qs(urlsplit(link).fragment)["rbp"] == [odd, "U2AF2"]


def test_a_hub_of_two_runs_has_the_tracks_of_both(visit: Visit, run: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(run, again)
    build_hub([run, again], tmp_path / "hub")
    server, address = serve_run(tmp_path / "hub")
    with server:
        _, listed, sites = sound(
            visit(
                address,
                READY,
                {"run": names(BROWSER)},
                {"until": "runPage.run.groups.map((group) => group.name)"},
            )
        )
    assert len(sites) == 4
    assert sum(name.endswith("score") for name in listed) == 4


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_accessible(visit: Visit, url: str, dark: bool) -> None:
    unfold = {"run": "document.querySelectorAll('details').forEach((part) => { part.open = true; })"}
    assert sound(visit(url + AT, READY, unfold, SETTLED, ACCESS, dark=dark))[-1] == []


def test_the_page_as_a_file_is_accessible(visit: Visit, run: Path) -> None:
    assert sound(visit((run / "index.html").as_uri(), ACCESS))[-1] == []
