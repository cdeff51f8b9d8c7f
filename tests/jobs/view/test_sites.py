"""All sites of a run: pages of their table, its download, and each reason that there is none."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path

import pytest
import toy_sites

from ideep_scan.jobs.view import sites as room
from ideep_scan.jobs.view.sites import Sites, SiteTable
from track_hubs.server.http_server import Stream


@pytest.fixture
def tables(tmp_path: Path) -> list[SiteTable]:
    return toy_sites.write_tables(tmp_path)


@pytest.fixture
def sites(tables: list[SiteTable], monkeypatch: pytest.MonkeyPatch) -> Sites:
    monkeypatch.setattr(room, "_PATIENCE", 60)
    return Sites(tables, list(toy_sites.CONTIGS))


def ask(sites: Sites, **query: str) -> dict:
    reply = sites.answer(query)
    content = json.loads(reply.body)
    assert reply.status == (400 if "error" in content else 200)
    return content


def download(sites: Sites, **query: str) -> list[str]:
    reply = sites.download(query)
    assert isinstance(reply, Stream)
    return b"".join(reply.parts).decode().splitlines()


def test_a_page_has_its_rows_and_the_number_of_all(sites):
    content = ask(sites, order="-score", offset="1", limit="2", model="A")
    assert (content["total"], content["sites"], content["problems"]) == (3, 5, [])
    assert [row["name"] for row in content["rows"]] == ["TNF:2", "TNF:1"]
    assert content["options"]["driver"] == [["region", 1], ["sequence", 2], [".", 2]]
    assert ask(sites, offset="5")["rows"] == []


def test_equal_questions_are_answered_from_the_cache_and_old_ones_are_forgotten(sites):
    for number in range(20):
        assert ask(sites, score=f"0.{number}")["rows"] == ask(sites, score=f"0.{number}")["rows"]
    assert len(sites._selections) <= room._CACHED


def test_a_download_has_the_lines_of_the_tables(sites, tables):
    header, *rows = download(sites, gene="tnf")
    lines = {table.model: gzip.decompress(table.path.read_bytes()).decode().splitlines() for table in tables}
    assert header == "model\t" + lines["A"][0]
    assert rows == [f"A\t{lines['A'][1]}", f"A\t{lines['A'][3]}", f"B\t{lines['B'][1]}"]
    assert len(download(sites, text="no such site")) == 1


def test_a_download_in_several_parts_is_the_same(sites, monkeypatch):
    whole = download(sites)
    monkeypatch.setattr(room, "_LINES", 1)
    assert download(sites) == whole


def test_a_damaged_table_is_named_without_its_folder(sites, tables):
    tables[0].path.write_bytes(b"no table")
    content = ask(sites)
    assert content["total"] == 2
    assert len(content["problems"]) == 1
    assert content["problems"][0].startswith("A.tsv.gz: ")
    assert str(tables[0].path.parent) not in content["problems"][0]


def test_wrong_questions_are_refused_in_one_line(sites):
    assert "order 'x' is unknown" in ask(sites, order="x")["error"]
    reply = sites.download({"score": "x"})
    assert (reply.status, reply.body.count(b"\n")) == (400, 1)


def test_too_many_sites_are_refused(sites, monkeypatch):
    monkeypatch.setattr(room, "MAX_SITES", 4)
    assert "this run has more than 4 sites" in ask(sites)["error"]


def test_progress_is_told_while_the_index_is_built(tables, monkeypatch):
    going = threading.Event()
    read = room.read_site_frames

    def wait(*args: object) -> object:
        going.wait(60)
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "read_site_frames", wait)
    monkeypatch.setattr(room, "_PATIENCE", 0.01)
    sites = Sites(tables, list(toy_sites.CONTIGS))
    assert ask(sites) == {"done": 0, "tables": 3}
    going.set()
    assert len(download(sites)) == 6
    assert ask(sites)["total"] == 5
