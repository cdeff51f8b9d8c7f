"""The live page in a real browser, on the embedded example: it draws what a run wrote, letters and variants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import runs
from visits import ACCESS, READY, Visit, features, names, shot

from ideep_scan.jobs.live import server as live_view
from ideep_scan.jobs.live.session import LiveSession, open_live
from ideep_scan.jobs.live.settings import LiveSettings

START, END, SITE = 16_000, 18_000, "exA:16961-17080"
BROWSER = "livePage.browser"
BUSY = "document.querySelector('#busy').textContent"


@dataclass(frozen=True)
class Page:
    """A running live page, and the same inputs opened a second time."""

    url: str
    live: LiveSession


@pytest.fixture(scope="module")
def page(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    example = runs.copy_example(tmp_path_factory.mktemp("live"))
    asked = LiveSettings(
        ("ELAVL1",),
        example / "example.fa.gz",
        model="ideep",  # as the run that it is compared with
        gtf=example / "genes.gtf",
        locus=f"exA:{START + 1}-{END}",
        threads=1,
        device="cpu",
    )
    with ExitStack() as stack:
        server, address, _ = live_view.serve_live(asked, 0, stack)
        stack.enter_context(server)
        yield Page(address, open_live(asked, stack))


def test_a_first_view_shows_what_a_run_wrote(visit: Visit, page: Page, run: Path) -> None:
    seen = visit(
        page.url,
        READY,
        {"run": names(BROWSER)},
        {"until": features(BROWSER, "ELAVL1 score", "start end value")},
        {"until": features(BROWSER, "Transcripts", "name")},
        {"until": f"{BUSY}.includes('scored in') && {BUSY}"},
        shot("live"),
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, listed, scores, genes, said, _ = seen.results
    assert {"ELAVL1 score", "Transcripts"} <= set(listed)
    assert len(genes) == len(page.live.transcripts("exA", START - 2000, END + 2000))
    assert "exA:16,001–18,000" in said
    bars = {(start, value > 0): abs(value) for start, end, value in scores if value}
    step = scores[0][1] - scores[0][0]
    for strand, up in (("+", True), ("-", False)):
        written = np.abs(runs.track(run, strand)["exA"])
        inside = [start for start, side in bars if side == up and start >= START and start + step <= END]
        assert len(inside) > 200
        for start in (inside[0], inside[len(inside) // 2], inside[-1]):
            assert bars[start, up] == pytest.approx(np.nanmax(written[start : start + step]), abs=1e-6)


def test_letters_appear_when_one_zooms_in(visit: Visit, page: Page) -> None:
    seen = visit(
        f"{page.url}#{SITE}",
        READY,
        {"until": features(BROWSER, "Letters", "start value sequence")},
        {"run": "livePage.letters.trackView.viewports[0].trackLabelElement.textContent"},
        shot("letters"),
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, letters, label, _ = seen.results
    assert label == "ELAVL1 letters (plus strand)"
    first, last = letters[0][0], letters[-1][0] + 1
    assert first < 16_960
    assert last > 17_080
    expected = page.live.contributions("ELAVL1", "+", "exA", first, last)
    np.testing.assert_allclose([value for _, value, _ in letters], expected[np.isfinite(expected)], atol=6e-4)
    assert "".join(base for *_, base in letters) == page.live.sequence("exA", first, last)


def test_a_typed_variant_is_laid_beside_the_reference(visit: Visit, page: Page) -> None:
    text = f"exA:17,005 {page.live.sequence('exA', 17_004, 17_007)}>C"
    typed = f"document.querySelector('#variant').value = {json.dumps(text)}"
    seen = visit(
        page.url,
        READY,
        {"run": f"{typed}; document.querySelector('#variant-form').requestSubmit()"},
        {"until": "document.body.dataset.variant"},
        {"run": names(BROWSER)},
        {"until": features(BROWSER, "ELAVL1 alternate", "start value")},
        {"run": "document.querySelector('#effect-rows').textContent"},
        {"run": "document.querySelector('#effect-note').textContent"},
        shot("variant"),
        {"run": "livePage.variant.clear()"},
        {"run": names(BROWSER)},
    )
    assert (seen.messages, seen.blocked) == ([], [])
    _, _, variant, with_variant, alternate, row, note, _, _, left = seen.results
    assert variant == text.replace(",", "")
    assert [name.split(" (")[0] for name in with_variant if name not in left] == [
        "Variant",
        "ELAVL1 reference",
        "ELAVL1 alternate",
        "Change of the log odds",
    ]
    effect = page.live.effect(text)
    expected = effect.alternate["ELAVL1", "+"]
    assert {int(start) for start, _ in alternate} == set(
        (effect.start + np.flatnonzero(np.isfinite(expected))).tolist()
    )
    np.testing.assert_allclose([value for _, value in alternate], expected[np.isfinite(expected)], atol=6e-4)
    assert row.startswith("ELAVL1+")
    assert "2 deleted nt have no alternate score" in note


EFFECT = "!document.querySelector('#effect').hidden"
ALERTS = "livePage.browser.root.querySelectorAll('.igv-ui-alert-dialog-container')"
DIALOGS = f"[...{ALERTS}].filter((each) => each.checkVisibility())"


@pytest.mark.parametrize("width", [201, 202, 255, 299])
def test_no_width_of_a_view_with_letters_is_refused(visit: Visit, page: Page, width: int) -> None:
    seen = visit(
        f"{page.url}#exA:16901-{16900 + width}",
        READY,
        {"until": features(BROWSER, "Letters", "start")},
        {"until": f"{BUSY}.includes('scored in') && {BUSY}"},
        {"run": f"{DIALOGS}.length"},
    )
    assert seen.messages == []
    assert seen.results[2].startswith(f"exA:16,901–{16_900 + width:,}")
    assert seen.results[3] == 0


def test_a_refused_variant_leaves_nothing_of_the_one_before_and_clear_restores_the_choice(
    visit: Visit, page: Page
) -> None:
    base = page.live.sequence("exA", 17_004, 17_005)
    alt, wrong = [letter for letter in "ACG" if letter != base][:2]
    state = f"[{EFFECT}, document.querySelector('#strand').value, {names(BROWSER)}.join().includes('alternate')]"
    seen = visit(
        page.url,
        READY,
        {"run": f"livePage.variant.show('exA:17005 {base}>{alt}')"},
        {"run": state},
        {"run": f"livePage.variant.show('exA:17005 {wrong}>A')"},
        {"run": state},
        {"run": f"livePage.variant.show('exA:17005 {base}>{alt}')"},
        {"run": "document.querySelector('#clear').click(); new Promise((resolve) => setTimeout(resolve, 500))"},
        {"run": state},
        {"run": "document.querySelector('#variant-error').textContent"},
    )
    assert seen.messages == []
    _, _, shown, _, refused, _, _, cleared, told = seen.results
    assert shown == [True, "+", True]
    assert refused == cleared == [False, "", False]
    assert told == ""


def test_the_status_describes_the_view(visit: Visit, page: Page) -> None:
    seen = visit(
        page.url,
        READY,
        {"until": f"{BUSY}.includes('scored in')"},
        {"run": "livePage.browser.search('exA:16101-17900')"},
        {"until": f"{BUSY}.includes('scored in') && {BUSY}"},
        {"run": "livePage.scores.widest = 50_000; livePage.browser.search('exA:1-60000')"},
        {"until": f"!{BUSY}.includes('scor') || {BUSY}.includes('at once') ? {BUSY} : false"},
        {"run": "livePage.browser.search('exA:16201-17800')"},
        {"until": f"{BUSY}.includes('scored in') && {BUSY}"},
    )
    assert seen.messages == []
    _, _, _, panned, _, wide, _, back = seen.results
    assert panned.startswith("exA:16,101–17,900 scored")
    assert wide == "Zoom in: at most 50,000 nt are scored at once."
    assert back.startswith("exA:16,201–17,800 scored")


def test_a_server_that_is_gone_is_told_with_the_way_to_start_it(visit: Visit, page: Page) -> None:
    gone = "window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))"
    seen = visit(
        page.url,
        READY,
        {"until": f"{BUSY}.includes('scored in')"},
        {"run": f"{gone}; livePage.browser.search('exA:60001-60200')"},
        {"until": f"{BUSY}.includes('does not answer') && {BUSY}"},
        {"run": "livePage.variant.show('exA:17005 A>C')"},
        {"run": "document.querySelector('#variant-error').textContent"},
        {"run": "new Promise((resolve) => setTimeout(resolve, 300))"},
        {"run": f"{DIALOGS}.length"},
        shot("live_gone"),
    )
    assert seen.messages == []
    for told in (seen.results[3], seen.results[5]):
        assert "Start it again, then reload the page: ideep-scan view --live --rbp ELAVL1 --model ideep /" in told
        assert told.endswith(f"--port {page.url.split(':')[2].split('/')[0]}")
    assert seen.results[7] == 0


def test_a_wrong_variant_is_told_on_the_page(visit: Visit, page: Page) -> None:
    wrong = "G" if page.live.sequence("exA", 17_004, 17_005) != "G" else "C"
    seen = visit(
        page.url,
        READY,
        {"run": f"livePage.variant.show('exA:17005 {wrong}>A')"},
        {"run": "document.querySelector('#variant-error').textContent"},
    )
    assert seen.messages == []
    assert seen.results[-1] == (
        f"at exA:17,005 the FASTA has {page.live.sequence('exA', 17_004, 17_005)}, not {wrong}: "
        "give the plus strand's letters of this assembly"
    )


def test_moving_on_and_on_ends_at_the_last_place(visit: Visit, page: Page) -> None:
    moves = "; ".join(f"livePage.browser.search('exA:{at}-{at + 9000}')" for at in range(20_001, 60_000, 5_000))
    last = "exA:55,001–64,001"
    seen = visit(
        page.url,
        READY,
        {"run": f"{moves}; undefined"},
        {"until": f"{BUSY}.startsWith('{last}') && {BUSY}"},
    )
    assert seen.messages == []
    assert last in seen.results[-1]


def test_a_place_without_transcripts_says_why_it_is_empty(visit: Visit, page: Page) -> None:
    start = next(at for at in range(0, 120_000, 500) if not page.live.scores("exA", at, at + 400))
    seen = visit(
        f"{page.url}#exA:{start + 1}-{start + 100}",
        READY,
        {"until": f"{BUSY}.includes('nothing to score') && {BUSY}"},
    )
    assert seen.messages == []
    assert "The annotation has no transcript here" in seen.results[-1]


def test_the_page_is_accessible(visit: Visit, page: Page) -> None:
    seen = visit(page.url, READY, ACCESS)
    assert seen.results[-1] == []
