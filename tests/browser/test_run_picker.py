"""The choice of proteins on a run's page in a real browser, with fewer open tracks than proteins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from visits import READY, Visit, names, shot, sound

from ideep_scan.jobs.view.serve_run import serve_run
from track_hubs.run_page.scripts import read_page_scripts

STATUS = {"run": "document.querySelector('#status').textContent"}
SUMMARY = {"run": "document.querySelector('.picker summary').textContent"}
LABELS = "[...document.querySelectorAll('#picker label')]"
LISTED = {"run": f"{LABELS}.filter((e) => e.checkVisibility()).map((e) => e.textContent)"}
OPEN = {"run": names("runPage.browser")}
EXCESS = (
    "Tracks of 1 of 2 proteins are open, so that the page stays quick. "
    "The overview shows all 2; close one to open another."
)


@pytest.fixture(scope="module")
def url(visit: Visit, run: Path) -> Iterator[str]:
    """The page of two proteins, of which one can be open."""
    limit = "const MAX_OPEN = 8;"
    scripts = read_page_scripts()
    assert limit in scripts["run.js"]
    scripts["run.js"] = scripts["run.js"].replace(limit, "const MAX_OPEN = 1;")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ideep_scan.jobs.view.serve_run.read_page_scripts", lambda: scripts)
        server, address = serve_run(run)
    with server:
        yield address


def test_an_address_with_too_many_proteins_says_how_many_are_open(visit: Visit, url: str) -> None:
    _, said, summary, tracks = sound(
        visit(f"{url}#locus=exA:17401-18000&rbp=ELAVL1&rbp=U2AF2", READY, STATUS, SUMMARY, OPEN)
    )
    assert said == EXCESS
    assert summary == "Tracks of 1 of 2 proteins are open"
    assert "ELAVL1 score" in tracks
    assert "U2AF2 score" not in tracks


def test_proteins_are_found_and_exchanged(visit: Visit, url: str) -> None:
    search = "document.querySelector('.picker input[type=search]')"
    _, folded, _, _, one, _, _, said, _, none, _, tracks, *_ = sound(
        visit(
            f"{url}#locus=exA:17401-18000&rbp=ELAVL1",
            READY,
            LISTED,
            {"run": "document.querySelector('.picker').open = true"},
            {"run": f"{search}.value = 'u2'; {search}.dispatchEvent(new Event('input'))"},
            LISTED,
            {"run": "document.querySelector('#picker label:not([hidden]) input').click()"},
            {"run": "runPage.changes"},
            STATUS,
            {"run": "document.querySelector('#none').click(); runPage.changes"},
            SUMMARY,
            {"run": "document.querySelector('#picker label:not([hidden]) input').click(); runPage.changes"},
            OPEN,
            shot("run_picker"),
        )
    )
    assert folded == []
    assert one == ["U2AF2"]
    assert said == EXCESS
    assert none == "Tracks of 0 of 2 proteins are open"
    assert "U2AF2 score" in tracks
    assert "ELAVL1 score" not in tracks


def test_models_of_a_protein_are_put_together(visit: Visit, url: str) -> None:
    rows = (
        "[['A', 'A', 3], ['B', 'B', 9], ['A_2', 'A', 8], ['C', undefined, 1], ['B_2', 'B', 2]]"
        ".map(([name, protein, highest]) => ({ group: { name, protein }, highest }))"
    )
    orders = "[...document.querySelectorAll('#overview .order option')].map(({ value }) => value)"
    _, order, options = sound(
        visit(url, READY, {"run": f"groupRows({rows}).map(({{ group }}) => group.name)"}, {"run": orders})
    )
    assert order == ["B", "B_2", "A_2", "A", "C"]
    assert options == ["score", "name", "similarity"]  # no protein of this run has two models
