"""The server of a finished run: its page and files, nothing else, and each reason that there is none."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from toy_runs import OLD, write_run

from ideep_scan.errors import InputError
from ideep_scan.jobs.view import serve_run as room
from ideep_scan.jobs.view.serve_run import (
    PAGE,
    check_origins,
    check_port,
    make_igv_routes,
    open_server,
    serve_run,
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "a %41 run"
    write_run(folder, {**OLD, PAGE: b"<p>page</p>"})
    return folder


@contextmanager
def serving(out: Path, **options: object) -> Iterator[str]:
    """Address of the page of a run that is served."""
    server, address = serve_run(out, **options)  # type: ignore[arg-type]
    with server:
        yield address


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as reply:
        return bytes(reply.read())


def test_the_page_its_scripts_and_files_of_the_manifest_are_served(out):
    with serving(out) as address:
        assert get(address) == get(f"{address}{PAGE}") == b"<p>page</p>"
        assert get(f"{address}tracks/A.bw") == b"a1"
        for name in room.read_page_scripts():
            assert get(f"{address}{name}")


@pytest.mark.parametrize("name", ["thesis.docx", "../secret", ".lock", "manifest.json/..", "tracks"])
def test_other_files_are_not_served(out, name):
    (out / "thesis.docx").write_text("precious")
    (out.parent / "secret").write_text("secret")
    with serving(out) as address, pytest.raises(OSError, match=r"40[034]"):
        get(f"{address}{name}")


def test_a_page_that_goes_away_is_an_answer(out):
    with serving(out) as address:
        (out / PAGE).unlink()
        with pytest.raises(OSError, match="404"):
            get(address)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda out: (out / PAGE).unlink(), r"holds no index\.html; give the output folder of a finished run"),
        (lambda out: (out / "manifest.json").write_text("{"), r"manifest\.json is not valid JSON"),
        (lambda out: out.rename(out.with_name("moved")), "no such folder"),
    ],
)
def test_a_folder_without_a_run_is_one_line(out, damage, reason):
    damage(out)
    with pytest.raises(InputError, match=reason) as caught:
        serve_run(out)
    assert "\n" not in str(caught.value)


def test_a_page_that_is_a_link_out_of_its_folder_is_not_served(out, tmp_path):
    (tmp_path / "secret.html").write_text("secret")
    (out / PAGE).unlink()
    (out / PAGE).symlink_to(tmp_path / "secret.html")
    with pytest.raises(InputError, match=r"holds no index\.html"):
        serve_run(out)


def test_a_port_in_use_is_one_line(out):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is in use; choose another one"):
            check_port(port)
        with pytest.raises(InputError, match=f"port {port} is in use"):
            open_server(out, port, {}, folders=[out], files=[], origins=[])
    check_port(0)


@pytest.mark.parametrize("origin", ["*", "browser.example.org", "https://a.org/path", ""])
def test_an_origin_that_is_malformed_is_refused(out, origin):
    with pytest.raises(InputError, match="is not an origin"):
        check_origins(["https://a.org", origin])
    with pytest.raises(InputError, match="is not an origin"):
        serve_run(out, origins=[origin])


def test_the_route_of_igv_js_lies_beside_the_page():
    (plain,), (inner,) = make_igv_routes(), make_igv_routes("hub/")
    assert inner == plain.replace("/", "/hub/", 1)
