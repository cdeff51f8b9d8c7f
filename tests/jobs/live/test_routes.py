"""What a page is answered: the numbers of the live view as JSON, errors in one line, nothing for who has moved on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.jobs.live import session as room
from ideep_scan.jobs.live.routes import LETTERS, LatestViews, find_widest, make_routes, reduce_to_highest
from ideep_scan.jobs.live.session import LiveSession, open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.models.store_names import IDEEP

Ask = Callable[..., Any]
PLACE = {"chrom": "exA", "start": 40_200, "end": 40_260}


@pytest.fixture(scope="module")
def live(example: Path) -> Iterator[LiveSession]:
    with ExitStack() as stack:
        asked = LiveSettings(
            ("ELAVL1",), example / "example.fa.gz", gtf=example / "genes.gtf", threads=1, device="cpu", model=IDEEP
        )
        yield open_live(asked, stack)


@pytest.fixture(scope="module")
def ask(live: LiveSession) -> Ask:
    """Asks a route as a browser does, with text; the JSON of a reply whose status is `status`."""
    table = make_routes(live, "a title", live.first_view())

    def asked(route: str, status: int = 200, **query: object) -> Any:
        reply = table[f"/live/{route}"]({key: str(value) for key, value in query.items()})
        assert reply.status == status
        assert reply.content_type == "application/json"
        return json.loads(reply.body)

    return asked


def as_array(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values])


def test_about(ask, live):
    about = ask("about")
    assert about["title"] == "a title"
    assert about["contigs"] == [["exA", 120_000], ["exB", 80_000]]
    assert (about["fasta"], about["annotation"]) == ("example.fa.gz", "genes.gtf")
    (model,) = about["models"]
    assert (model["name"], model["modalities"]) == ("ELAVL1", ["sequence", "region"])
    assert model["color"] != model["pale"]
    assert about["widest"] == find_widest(live)
    assert (about["view"]["chrom"], about["view"]["start"], about["view"]["end"]) == live.first_view()
    assert all("\n" not in note for note in about["notes"])


def test_scores_are_those_of_the_live_view(ask, live):
    got = ask("scores", chrom="exA", start=40_200, end=43_300)
    assert (got["start"], got["end"], got["step"]) == (40_200, 43_300, 1)
    expected = live.scores("exA", 40_200, 43_300)
    assert {(track["model"], track["strand"]) for track in got["tracks"]} == set(expected)
    for track in got["tracks"]:
        values = as_array(track["values"])
        np.testing.assert_allclose(values, expected[track["model"], track["strand"]], atol=5.1e-4)


def test_wide_views_get_the_highest_of_each_step(ask, live):
    got = ask("scores", chrom="exA", start=40_207, end=45_003, step=10)
    assert got["start"] == 40_200
    for track in got["tracks"]:
        values = live.scores("exA", 40_200, 45_003)[track["model"], track["strand"]]
        assert len(track["values"]) == 481
        np.testing.assert_allclose(as_array(track["values"]), reduce_to_highest(values, 10), atol=5.1e-4)


@settings(max_examples=60)
@given(st.lists(st.sampled_from([0.25, 0.5, 1.0, np.nan]), min_size=1, max_size=30), st.integers(1, 9))
def test_the_highest_of_every_few(listed, step):
    got = reduce_to_highest(np.array(listed, np.float32), step)
    assert len(got) == -(-len(listed) // step)
    for number, value in enumerate(got.tolist()):
        some = [one for one in listed[number * step : (number + 1) * step] if one == one]
        assert value == max(some) if some else np.isnan(value)


def test_too_wide_a_view_is_not_scored(ask, monkeypatch):
    monkeypatch.setattr(room, "sweep", lambda *_: pytest.fail("scored"))
    monkeypatch.setattr("ideep_scan.jobs.live.routes.WIDEST", 10_000)
    assert ask("scores", chrom="exA", start=0, end=10_001) == {"zoom_in": 10_000}


def test_letters(ask, live):
    strand = next(strand for _, strand in live.scores(**PLACE))
    got = ask("letters", model="ELAVL1", strand=strand, **PLACE)
    assert len(got["values"]) == len(got["sequence"]) == 60
    assert got["sequence"] == live.sequence(**PLACE)
    np.testing.assert_allclose(as_array(got["values"]), live.contributions("ELAVL1", strand, **PLACE), atol=5.1e-4)


def test_genes_and_places(ask, live):
    results = ask("genes", **PLACE)
    assert [gene["id"] for gene in results] == [t.id for t in live.transcripts(**PLACE)]
    name = results[0]["name"]
    (place,) = ask("find", name=name.upper())
    chrom, start, end = live.find(name)
    assert place == {"chromosome": chrom, "start": start + 1, "end": end}
    assert ask("find", name="nothing like it") == []


def test_sequence(ask, live):
    assert ask("sequence", chrom="exA", start=990, end=1010)["sequence"] == live.sequence("exA", 990, 1010)
    assert len(ask("sequence", chrom="exA", start=119_990, end=140_000)["sequence"]) == 10


def test_contig_sizes_are_plain_text(live):
    reply = make_routes(live, "", live.first_view())["/live/chrom.sizes"]({})
    assert reply.content_type.startswith("text/plain")
    assert reply.body == b"exA\t120000\nexB\t80000\n"


@pytest.mark.parametrize(("ref", "alt"), [(1, "C"), (3, "A"), (1, "ACGTACGT"), (2, "")])
def test_variant(ask, live, ref, alt):
    letters = live.sequence("exA", 40_430, 40_430 + ref)
    alt = alt if alt != letters else "G"
    got = ask("variant", text=f"exA:40,431 {letters}>{alt or '-'}")
    assert (got["chrom"], got["start"], got["end"], got["ref"], got["alt"]) == (
        "exA", 40_430, 40_430 + ref, letters, alt,
    )  # fmt: skip
    assert got["from"] == 40_430 - 50
    effect = live.effect(f"exA:40431 {letters}>{alt or '-'}")
    for track in got["tracks"]:
        key = track["model"], track["strand"]
        np.testing.assert_allclose(as_array(track["reference"]), effect.reference[key], atol=5.1e-4)
        np.testing.assert_allclose(as_array(track["alternate"]), effect.alternate[key], atol=5.1e-4)
        assert len(track["inserted"]) == max(0, len(alt) - ref)
        assert np.isnan(as_array(track["alternate"])).sum() == max(0, ref - len(alt))
        change, most = as_array(track["change"]), track["most"]
        assert abs(most["change"]) == np.nanmax(np.abs(change))
        assert change[most["position"] - got["from"]] == most["change"]
        assert track["best"][0] == np.nanmax(as_array(track["reference"]))
        assert track["best"][1] == np.nanmax(np.append(as_array(track["alternate"]), as_array(track["inserted"])))


@pytest.mark.parametrize("text", ["hello", "exA:1", "exQ:1 A>C", "exA:40231 N>C"])
def test_a_variant_that_cannot_be_shown_is_told_in_one_line(ask, text):
    answer = ask("variant", text=text)
    assert set(answer) == {"error"}
    assert "\n" not in answer["error"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("scores", {}),
        ("scores", {"chrom": "exA", "start": 10}),
        ("scores", {"chrom": "exA", "start": "ten", "end": 20}),
        ("scores", {"chrom": "exA", "start": "-1", "end": 20}),
        ("scores", {"chrom": "exQ", "start": 10, "end": 20}),
        ("scores", {"chrom": "exA", "start": 20, "end": 20}),
        ("scores", {"chrom": "exA", "start": 10, "end": 20, "step": 0}),
        ("scores", {"chrom": "exA", "start": 10, "end": 20, "client": "x"}),
        ("letters", {**PLACE, "model": "nobody", "strand": "+"}),
        ("letters", {**PLACE, "model": "ELAVL1", "strand": "up"}),
        ("letters", {"chrom": "exA", "start": 0, "end": LETTERS + 1, "model": "ELAVL1", "strand": "+"}),
        ("sequence", {"chrom": "exA"}),
        ("variant", {}),
        ("find", {}),
        ("about", {"chrom": "exA"}),
        ("scores", {"chrom": "exA", "start": 0, "end": 3, "step": 10_000_000_000}),
        ("scores", {"chrom": "exA", "start": 0, "end": 100, "step": 100_000_000}),
        ("scores", {"chrom": "exA", "start": 0, "end": 100, "step": 200_001}),
        ("scores", {"chrom": "exA", "start": "9" * 4400, "end": 1}),
        ("scores", {"chrom": "exA", "start": 0, "end": "1" * 13}),
        ("scores", {"chrom": "exA", "start": "٣", "end": 20}),
        ("scores", {"chrom": "exA" * 1000, "start": 0, "end": 20}),
        ("scores", {"chrom": "exA", "start": 0, "end": 20, "colour": "red"}),
        ("scores", {"chrom": "exA", "start": 0, "end": 20, "client": "x" * 1000, "view": 1}),
        ("genes", {"chrom": "exA", "start": "0" + "9" * 4300, "end": 20}),
        ("find", {"name": "exA:1-" + "9" * 5000}),
        ("letters", {**PLACE, "model": "x" * 5000, "strand": "+"}),
        ("variant", {"text": "exA:" + "9" * 8000}),
        ("variant", {"text": "exA:" + "1" * 13 + " A>C"}),
        ("variant", {"text": "exA:1 A>" + "C" * 1000}),
    ],
)
def test_what_no_page_should_ask(ask, monkeypatch, name, query):
    for work in ("scores", "contributions", "effect", "sequence", "transcripts", "find"):
        monkeypatch.setattr(LiveSession, work, lambda *_: pytest.fail("computed"))
    answer = ask(name, status=400, **query)
    assert set(answer) == {"error"}
    assert "\n" not in answer["error"]
    assert len(answer["error"]) < 300


def test_a_step_does_not_widen_a_view_past_the_limit(ask, monkeypatch):
    monkeypatch.setattr("ideep_scan.jobs.live.routes.WIDEST", 10_000)
    monkeypatch.setattr(LiveSession, "scores", lambda *_: pytest.fail("scored"))
    assert ask("scores", chrom="exA", start=9_999, end=19_999, step=10_000) == {"zoom_in": 10_000}


@settings(max_examples=150)
@given(
    st.sampled_from(["scores", "letters", "sequence", "genes", "find", "variant"]),
    st.dictionaries(
        st.sampled_from(["chrom", "start", "end", "step", "model", "strand", "client", "view", "text", "name", "x"]),
        st.sampled_from(["exA", "exB", "ELAVL1", "+", "-"]) | st.integers(-1, 10**30).map(str) | st.text(max_size=30),
    ),
)
def test_any_query_gets_an_answer_or_one_line(live, name, query):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ideep_scan.jobs.live.routes.WIDEST", 500)
        reply = make_routes(live, "", ("exA", 0, 10))[f"/live/{name}"](query)
    answer = json.loads(reply.body)
    assert reply.status in (200, 400)
    assert len(reply.body) < 1 << 20
    if reply.status == 400:
        assert "\n" not in answer["error"]


def test_only_a_few_answers_are_computed_at_the_same_time(live, monkeypatch):
    begun, most, gate, lock = [], [], threading.Event(), threading.Lock()

    def wait(*_: object) -> str:
        with lock:
            begun.append(1)
            most.append(len(begun))
        assert gate.wait(20)
        with lock:
            begun.pop()
        return "A"

    monkeypatch.setattr(LiveSession, "sequence", wait)
    route = make_routes(live, "", ("exA", 0, 10))["/live/sequence"]
    query = {"chrom": "exA", "start": "0", "end": "1"}
    threads = [threading.Thread(target=route, args=(query,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert json.loads(make_routes(live, "", ("exA", 0, 10))["/live/about"]({}).body)["title"] == ""
    assert route({**query, "start": "x"}).status == 400  # it does not wait for the others
    gate.set()
    for thread in threads:
        thread.join(20)
    assert max(most) <= 4


def test_who_has_moved_on_is_not_answered(ask):
    place = {"chrom": "exB", "start": 40_000, "end": 60_000}
    ask("scores", chrom="exB", start=0, end=10, client="me", view=7)
    assert ask("scores", **place, client="me", view=6) == {"moved_on": True}
    assert ask("scores", **place, client="somebody else", view=6)["tracks"] is not None
    assert ask("scores", **place, client="me", view=7)["tracks"] is not None


def test_a_question_stops_when_the_next_one_comes(ask, monkeypatch):
    """The first question waits in its second tile until the user has moved on; it goes no further."""
    begun, moved, scored = threading.Event(), threading.Event(), []
    real = room.sweep

    def slow(spans, *rest):
        scored.append(spans)
        if len(scored) == 2:
            begun.set()
            assert moved.wait(20)
        return real(spans, *rest)

    monkeypatch.setattr(room, "sweep", slow)
    answers: list[Any] = []
    place = {"chrom": "exB", "start": 61_440, "end": 79_000}
    first = threading.Thread(target=lambda: answers.append(ask("scores", **place, client="c", view=1)))
    first.start()
    assert begun.wait(20)
    newer = {"chrom": "exB", "start": 0, "end": 9, "client": "c", "view": 2}
    second = threading.Thread(target=lambda: answers.append(ask("scores", **newer)))
    second.start()  # it notes its view first, then waits for the tile to be done
    second.join(0.5)
    moved.set()
    first.join(20)
    second.join(20)
    assert {"moved_on": True} in answers
    assert len(scored) < 6


def test_only_some_pages_are_remembered():
    newest = LatestViews()
    old = newest.go_on({"client": "first", "view": "1"})
    for number in range(100):
        newest.go_on({"client": str(number), "view": "1"})
    assert old()
    assert len(newest._views) <= 64
    later = newest.go_on({"client": "99", "view": "5"})
    earlier = newest.go_on({"client": "99", "view": "4"})
    assert later()
    assert not earlier()
    assert newest.go_on({})()
