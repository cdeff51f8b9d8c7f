"""Light, dark and narrow pages of a run in a real browser, and the list of keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from visits import READY, Visit, shot, sound

from ideep_scan.jobs.view.serve_run import serve_run

GROUND = {"run": "getComputedStyle(document.body).backgroundColor"}
TRACKS = {"run": "getComputedStyle(document.querySelector('#igv')).backgroundColor"}
SWITCH = {"run": "document.querySelector('#theme').click(); document.querySelector('#theme').textContent"}
WHITE, DARK = "rgb(255, 255, 255)", "rgb(20, 24, 31)"


@pytest.fixture(scope="module")
def url(visit: Visit, run: Path) -> Iterator[str]:
    server, address = serve_run(run)
    with server:
        yield f"{address}#locus=exA:17401-18000"


@pytest.mark.parametrize(("dark", "grounds"), [(False, (WHITE, DARK)), (True, (DARK, WHITE))])
def test_the_theme_is_that_of_the_system_until_it_is_switched(
    visit: Visit, url: str, dark: bool, grounds: tuple[str, str]
) -> None:
    _, before, tracks, _, after, kept, _ = sound(
        visit(url, READY, GROUND, TRACKS, SWITCH, GROUND, {"run": "localStorage.getItem('ideep-scan theme')"},
              shot(f"run_theme_{dark}"), dark=dark)
    )  # fmt: skip
    assert (before, after) == grounds
    assert tracks == WHITE
    assert kept == ("light" if dark else "dark")


def test_a_narrow_page_does_not_scroll_sideways(visit: Visit, url: str) -> None:
    _, widths, _ = sound(
        visit(url, READY, {"run": "[document.documentElement.scrollWidth, innerWidth]"}, shot("run_narrow"), width=390)
    )
    assert widths[0] <= widths[1] == 390


def test_keys_are_listed(visit: Visit, url: str) -> None:
    listed = "[...document.querySelectorAll('#key-list dt')].map((key) => key.textContent)"
    _, _, keys, _, closed, _, _, typed = sound(
        visit(
            url, READY, {"press": "?"}, {"run": listed}, {"press": "?"}, {"until": f"!{listed}.length && {listed}"},
            {"run": "document.querySelector('#least').focus()"}, {"press": "?"}, {"run": listed},
        )
    )  # fmt: skip
    assert "n, p" in keys
    assert closed == typed == []
