"""The view of one site in a real browser: what it says, what it draws, and the ways to it and from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import runs
from visits import READY, Visit, shot, sound

from ideep_scan.jobs.view.serve_run import serve_run

SECTION = "document.querySelector('#view-site')"
TEXT = f"{SECTION}.textContent"
EXPLAINED = f"{SECTION}.dataset.site"
EVIDENCE = {"until": f"{SECTION}.dataset.evidence"}
OPEN = "runPage.views.current"


@pytest.fixture(scope="module")
def first(run: Path) -> str:
    """Name of the strongest site of ELAVL1."""
    table = runs.table(run)
    return str(table.sort_values("score").name.iloc[-1])


def test_an_address_explains_a_site(visit: Visit, url: str, run: Path, first: str) -> None:
    row = next(runs.table(run).query("name == @first").itertuples())
    results = sound(
        visit(
            f"{url}#locus=exA:17401-18000&view=site&model=ELAVL1&site={first}",
            READY,
            {"until": EXPLAINED},
            EVIDENCE,
            {"run": TEXT},
            {"run": f"{SECTION}.querySelector('tr.here th').textContent"},
            {"run": f"[...{SECTION}.querySelectorAll('svg text.base')].map((node) => node.textContent).join('')"},
            {"run": "location.hash"},
            shot("site", whole=True),
            width=1400,
        )
    )
    assert results[1] == f"ELAVL1 {first}"
    assert f"score of {row.score:.3f}" in results[3]
    assert {"sequence": "letters of the RNA", "region": "place in the transcript"}[row.driver] in results[4]
    assert results[5] == row.sequence
    assert f"at=exA%3A{row.summit + 1}" in results[6]


def test_keys_and_buttons_go_from_site_to_site_and_back_in_the_history(
    visit: Visit, url: str, run: Path, first: str
) -> None:
    names = runs.table(run).sort_values(["start", "end"]).name.tolist()
    index = names.index(first)
    following = names[index + 1] if index + 1 < len(names) else names[index - 1]
    key = "n" if index + 1 < len(names) else "p"
    results = sound(
        visit(
            f"{url}#locus=exA:17401-18000&view=site&model=ELAVL1&site={first}",
            READY,
            {"until": EXPLAINED},
            {"press": key},
            {"until": f"location.hash.includes({following.replace(':', '%3A')!r}) && {EXPLAINED}"},
            {"run": "history.back()"},
            {"until": f"{EXPLAINED} === 'ELAVL1 {first}'"},
            {"run": f"[...{SECTION}.querySelectorAll('button')].find((b) => /tracks/.test(b.textContent)).click()"},
            {"until": f"{OPEN} === 'tracks' && runPage.locus()"},
        )
    )
    assert results[3] == f"ELAVL1 {following}"
    row = next(runs.table(run).query("name == @first").itertuples())
    start, end = map(int, results[7].partition(":")[2].split("-"))
    assert start <= row.summit <= end


def test_a_click_on_a_site_in_the_tracks_offers_its_explanation(visit: Visit, url: str, first: str) -> None:
    html = (
        "(() => { const [group, tracks] = [...runPage.tracks][0]; const track = runPage.sites.trackOf(group); "
        "return runPage.clickDetails(track, 0, [{ chr: 'exA', start: 1, end: 9, name: 'G:1', cdStart: 4 }]); })()"
    )
    results = sound(visit(url + "#locus=exA:17401-18000&rbp=ELAVL1", READY, {"run": html}))
    assert "view=site&amp;model=ELAVL1&amp;site=G%3A1&amp;at=exA%3A5" in results[1]


def test_an_unknown_site_and_a_missing_input_are_said(visit: Visit, run: Path, tmp_path: Path, first: str) -> None:
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    (copy / "run_log.json").unlink()
    server, address = serve_run(copy)
    at = "#locus=exA:17401-18000&view=site&model=ELAVL1&site="
    with server:
        unknown = sound(visit(f"{address}{at}NONE:1", READY, {"until": f"/no site/.test({TEXT}) && {TEXT}"}))
        missing = sound(visit(f"{address}{at}{first}", READY, {"until": f"/Not computed/.test({TEXT}) && {TEXT}"}))
    assert "ELAVL1 has no site NONE:1 in this run" in unknown[1]
    assert "is in none of" in missing[1]
    assert "give --inputs FOLDER" in missing[1]
