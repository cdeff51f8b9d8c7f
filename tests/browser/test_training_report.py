"""The page of a training in a real browser, opened as a file: links, narrow and dark windows, rules of access."""

from __future__ import annotations

import pytest
from training_outcome import make_outcome
from visits import ACCESS, Visit, shot, sound

from ideep_scan.jobs.train.motifs import find_motifs
from ideep_scan.jobs.train.report import write_report

READY = {"until": "document.readyState === 'complete'"}
LOST = {
    "run": "[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.getAttribute('href').slice(1))"
    ".filter((name) => !document.getElementById(decodeURIComponent(name)))"
}
WIDTH = {"run": "document.documentElement.scrollWidth"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("training")
    outcome, codes = make_outcome(offset=-16)
    write_report(outcome, find_motifs(outcome.model, outcome.data, codes), folder)
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_fits_its_window(visit: Visit, page: str, width: int, dark: bool) -> None:
    name = f"training-{width}{'-dark' if dark else ''}"
    _, lost, wide, _ = sound(visit(page, READY, LOST, WIDTH, shot(name, whole=True), width=width, dark=dark))
    assert lost == []
    assert wide <= width


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_accessible(visit: Visit, page: str, dark: bool) -> None:
    assert sound(visit(page, READY, ACCESS, dark=dark))[-1] == []
