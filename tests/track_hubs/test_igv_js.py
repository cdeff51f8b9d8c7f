from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from track_hubs import igv_js
from track_hubs.server.http_server import serve

PROGRAM = b"window.igv = {}\n"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program in the place of igv.js, on what stands for the network."""
    digest = base64.b64encode(hashlib.sha384(PROGRAM).digest()).decode()
    monkeypatch.setattr(igv_js, "INTEGRITY", f"sha384-{digest}")
    path = tmp_path / "network" / "igv.min.js"
    path.parent.mkdir()
    path.write_bytes(PROGRAM)
    return path


def test_it_is_loaded_once_and_kept(program, tmp_path):
    cache = tmp_path / "cache" / "deep"
    with serve(program.parent) as network:
        assert igv_js.load_igv_js(cache, network.url + program.name) == PROGRAM
    assert igv_js.load_igv_js(cache, network.url + program.name) == PROGRAM  # the network is gone
    assert [path.name for path in cache.iterdir()] == [igv_js.cache_path(cache).name]


def test_what_is_not_the_program_is_never_given(program, tmp_path):
    cache = tmp_path / "cache"
    program.write_bytes(PROGRAM + b"evil()")
    with serve(program.parent) as network:
        assert igv_js.load_igv_js(cache, network.url + program.name) is None
        assert not cache.exists()
        cache.mkdir()
        igv_js.cache_path(cache).write_bytes(b"damaged")
        assert igv_js.load_igv_js(cache, network.url + program.name) is None
        program.write_bytes(PROGRAM)
        assert igv_js.load_igv_js(cache, network.url + program.name) == PROGRAM
    assert igv_js.cache_path(cache).read_bytes() == PROGRAM


def test_a_cache_that_cannot_be_written_does_no_harm(program, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with serve(program.parent) as network:
        assert igv_js.load_igv_js(tmp_path / "cache", network.url + program.name) == PROGRAM


def test_the_route_gives_it_or_says_that_it_has_none(program, tmp_path, monkeypatch):
    monkeypatch.setattr(igv_js, "URL", "http://127.0.0.1:9/none")
    reply = igv_js.make_route(tmp_path)({})
    assert reply.status == 404
    igv_js.cache_path(tmp_path).write_bytes(PROGRAM)
    reply = igv_js.make_route(tmp_path)({})
    assert (reply.status, reply.body) == (200, PROGRAM)
    assert reply.content_type.startswith("text/javascript")
