"""The overview of a run's page in a real browser: rows that hold the scores, in an order, and lead to tracks."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path

import numpy as np
import runs
from visits import READY, Visit, names, shot, sound

BROWSER = "runPage.browser"
NAMES = "[...document.querySelectorAll('#overview .names button')].map((button) => button.textContent)"
STATE = "document.querySelector('#overview .state').textContent"
DRAWN = {"until": "runPage.overview.view && runPage.overview.rows.length"}
START, END = 17_400, 18_000  # both strands are transcribed here
AT = f"#locus=exA:{START + 1}-{END}"


def filtered(text: str) -> dict[str, str]:
    """Type a text into the filter."""
    return {"run": f"const box = document.querySelector('#overview .filter'); box.value = '{text}'; "
                   "box.dispatchEvent(new Event('input'))"}  # fmt: skip


def test_rows_hold_the_scores_of_both_strands(visit: Visit, url: str, run: Path) -> None:
    rows = "runPage.overview.rows.map(({ group, strands }) => [group.name, strands.map((row) => [...row])])"
    there = {"until": f"runPage.overview.view?.start === {START} && runPage.overview.view.end === {END}"}
    said = {"until": f"{STATE}.includes('plus strand') && {STATE}"}
    _, _, drawn, said, _ = sound(visit(url + AT, READY, there, {"run": rows}, said, shot("overview")))
    assert [name for name, _ in drawn] == ["ELAVL1", "U2AF2"]
    assert said == "2 proteins, plus strand above minus strand. Click a row to open its tracks."
    for name, strands in drawn:
        for strand, row in zip("+-", strands, strict=True):
            written = runs.track(run, strand, name)["exA"][START:END]
            expected = np.where(np.isnan(written), 255, np.rint(np.nan_to_num(written) * 254))
            assert np.abs(np.array(row) - expected).max() <= 1


def test_names_and_rows_open_and_close_tracks(visit: Visit, url: str) -> None:
    press = "document.querySelectorAll('#overview .names button')[0]"
    pressed = "[...document.querySelectorAll('#overview .names button')].map((button) => button.ariaPressed)"
    _, first, _, _, second, _, listed, _, _, closed, _ = sound(
        visit(
            url + AT + "&rbp=U2AF2",
            READY,
            {"run": pressed},
            {"run": "document.querySelector('#overview .order').value = 'name'; runPage.overview.arrange()"},
            {"run": f"{press}.focus()"},
            {"run": "document.activeElement.textContent"},
            {"press": "Enter"},
            {"until": f"const listed = {names(BROWSER)}; listed.includes('ELAVL1 motifs') && listed"},
            {"press": "ArrowDown"},
            {"press": "Enter"},
            {"until": f"const left = {names(BROWSER)}; !left.includes('U2AF2 score') && left"},
            {"run": pressed},
        )
    )
    assert sorted(first) == ["false", "true"]
    assert second == "ELAVL1"
    assert {"ELAVL1 score", "U2AF2 score"} <= set(listed)
    assert "ELAVL1 score" in closed


def test_rows_are_filtered_and_sorted(visit: Visit, url: str) -> None:
    order = "document.querySelector('#overview .order')"
    _, _, one, _, none, _, by_score, highest, _, similar = sound(
        visit(
            url + AT,
            READY,
            filtered("u2"),
            {"run": NAMES},
            filtered("none of these"),
            {"run": NAMES},
            filtered(""),
            {"run": NAMES},
            {"run": "runPage.overview.visible.map(({ highest }) => highest)"},
            {"run": f"{order}.value = 'similarity'; {order}.dispatchEvent(new Event('change'))"},
            {"run": NAMES},
        )
    )
    assert (one, none) == (["U2AF2"], [])
    assert sorted(by_score) == sorted(similar) == ["ELAVL1", "U2AF2"]
    assert highest == sorted(highest, reverse=True)


def test_it_follows_the_view_and_says_where_nothing_was_scored(visit: Visit, url: str) -> None:
    _, _, view, _, said = sound(
        visit(
            url + AT,
            READY,
            {"run": "runPage.go('exA:30001-31000')"},
            {"until": "runPage.overview.view.start === 30000 && runPage.overview.view"},
            {"run": "runPage.go('exB:79001-80000')"},
            {"until": f"{STATE}.startsWith('Nothing was scored here') && {STATE}"},
        )
    )
    assert view == {"chrom": "exA", "start": 30_000, "end": 31_000}
    assert "outside of the scanned regions" in said


def test_a_plain_web_server_leads_to_the_program(visit: Visit, run: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Write no log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(run))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        seen = visit(f"http://127.0.0.1:{server.server_port}/", {"until": f"{STATE}.includes('needs')"}, {"run": STATE})
        server.shutdown()
        thread.join()
    assert seen.results[-1] == "The overview of all proteins needs the program's server: ideep-scan view OUT"
