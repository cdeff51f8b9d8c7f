"""The views of a run's page in a real browser: tabs, addresses and history."""

from __future__ import annotations

import shutil
from pathlib import Path

from visits import READY, Visit, sound

from ideep_scan.jobs.view.serve_run import serve_run

AT = "#locus=exA:17401-18000"
ADD = {
    "run": "runPage.views.add({ id: 'trial', title: 'Trial', built: 0, shown: [], followed: null, "
    "build(root) { this.built += 1; root.textContent = 'a trial'; }, "
    "show(parameters) { this.shown.push(parameters.get('site')); }, "
    "follow(frame) { this.followed = frame.start; }, "
    "parameters() { return [['site', this.shown.at(-1) ?? 'none']]; } })"
}
TRIAL = "runPage.views.entries.get('trial').view"
OPEN = "[...document.querySelectorAll('[role=tabpanel]')].filter((panel) => !panel.hidden).map(({ id }) => id).join()"
SELECTED = "document.querySelector('[role=tab][aria-selected=true]').textContent"


def test_one_view_is_open_at_a_time_and_the_address_names_it(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url + AT,
            READY,
            ADD,
            {"run": OPEN},
            {"run": "runPage.views.open('trial', [['site', 'PSMF1:1']])"},
            {"run": OPEN},
            {"run": "location.hash"},
            {"run": f"{TRIAL}.built"},
            {"run": "runPage.views.open('tracks')"},
            {"run": OPEN},
            {"run": "location.hash"},
        )
    )
    assert results[2] == results[8] == "view-tracks"
    assert results[4] == "view-trial"
    assert "view=trial&site=PSMF1%3A1" in results[5]
    assert results[6] == 1
    assert "view=" not in results[9]


def test_the_history_goes_back_and_forth_between_views(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url + AT,
            READY,
            ADD,
            {"run": "runPage.views.open('trial', [['site', 'one']])"},
            {"run": "runPage.views.open('trial', [['site', 'two']])"},
            {"run": "history.back()"},
            {"until": f"{TRIAL}.shown.at(-1) === 'one' && {TRIAL}.shown.length === 3 && {OPEN}"},
            {"run": "history.back()"},
            {"until": f"{OPEN} === 'view-tracks' && {SELECTED}"},
            {"run": "history.forward()"},
            {"until": f"{OPEN} === 'view-trial' && {SELECTED}"},
            {"run": f"{TRIAL}.built"},
        )
    )
    assert (results[5], results[7], results[9], results[10]) == ("view-trial", "Tracks", "Trial", 1)


def test_arrow_keys_move_between_tabs_and_the_open_view_follows_the_tracks(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url + AT,
            READY,
            ADD,
            {"run": "document.querySelector('#tab-tracks').focus()"},
            {"press": "End"},
            {"press": "ArrowLeft"},
            {"until": f"{OPEN} !== 'view-tracks' && {OPEN} !== 'view-trial'"},
            {"press": "ArrowRight"},
            {"until": f"{OPEN} === 'view-trial' && document.activeElement.textContent"},
            {"run": "runPage.go('exA:20001-20600')"},
            {"until": f"{TRIAL}.followed === 20000"},
            {"press": "Home"},
            {"until": f"{OPEN} === 'view-tracks' && document.activeElement.textContent"},
        )
    )
    assert (results[7], results[11]) == ("Trial", "Tracks")


def test_a_window_that_changes_its_size_while_the_tracks_are_hidden_keeps_their_place(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url + AT,
            READY,
            ADD,
            {"run": "runPage.locus()"},
            {"run": "runPage.views.open('trial')"},
            {"run": "dispatchEvent(new Event('resize'))"},
            {"until": "runPage.browser.referenceFrameList[0].end < runPage.browser.referenceFrameList[0].start"},
            {"run": "runPage.locus()"},
            {"run": "runPage.views.open('tracks')"},
            {"run": "runPage.locus()"},
        )
    )
    assert results[2] == results[6] == results[8]


def test_a_single_view_has_no_tabs(visit: Visit, url: str) -> None:
    others = "[...runPage.views.entries.keys()].slice(1)"
    _, _, visible, _, then = sound(
        visit(
            url + AT,
            READY,
            {"run": f"{others}.forEach((id) => runPage.views.entries.delete(id)); runPage.views.mark()"},
            {"run": "document.querySelector('#views').offsetHeight"},
            ADD,
            {"run": "document.querySelector('#views').offsetHeight"},
        )
    )
    assert (visible, then > 20) == (0, True)


def test_the_page_of_an_earlier_version_has_views_too(visit: Visit, run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    text = (folder / "index.html").read_text(encoding="utf-8")
    earlier = text.replace('<div id="views" hidden></div>', "").replace('<div id="view-tracks">', "<div>")
    assert len(earlier) < len(text) - 30
    (folder / "index.html").write_text(earlier, encoding="utf-8")
    server, address = serve_run(folder)
    with server:
        shown = "document.querySelector('#view-tracks').querySelector('#proteins, #overview, #igv').id"
        assert sound(visit(address + AT, READY, ADD, {"run": shown}, {"run": OPEN}))[-1] == "view-tracks"
