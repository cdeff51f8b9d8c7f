"""What a run's page says of a place in a real browser, and of a server that is gone and comes back."""

from __future__ import annotations

from visits import READY, Visit, shot, sound

PLACE = "document.querySelector('#place').textContent"
STATUS = "document.querySelector('#status').textContent"


def test_a_place_without_scores_leads_to_the_nearest_ones(visit: Visit, url: str) -> None:
    _, said, _, nearest, _ = sound(
        visit(
            f"{url}#locus=exA:70001-71000",
            READY,
            {"until": f"{PLACE}.startsWith('Nothing was scored here') && {PLACE}"},
            {"run": "document.querySelector('#place button').click()"},
            {"until": f"!{PLACE}.startsWith('Nothing') && runPage.locus()"},
            shot("run_place"),
        )
    )
    assert "nearest scores: exA:" in said
    start, end = map(int, nearest.removeprefix("exA:").split("-"))
    assert end - start + 1 == 1000
    assert start < 60_000


def test_the_page_goes_on_when_the_server_is_back(visit: Visit, url: str) -> None:
    *_, said, _, back, drawn = sound(
        visit(
            f"{url}#locus=exA:17401-18000",
            READY,
            {"run": "window.online = window.fetch"},
            {"run": "window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); 1"},
            {"run": "runPage.go('exA:30001-31000')"},
            {"until": f"{STATUS}.includes('has ended') && {STATUS}"},
            {"run": "window.fetch = window.online; 1"},
            {"until": f"!runPage.server.isGone && {STATUS} === '' && 'back'"},
            {"until": "runPage.overview.view.start === 30000"},
        )
    )
    assert "ideep-scan view OUT --port" in said
    assert back == "back"
    assert drawn
