"""`ideep-scan view`: as a program of its own, ended by Ctrl-C, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from runs import Command

PROGRAM = Path(sys.executable).with_name("ideep-scan")


TRACK = {"path": "tracks/x.bw", "kind": "bigWig", "role": "score", "group": "A", "label": "A", "long_label": "A"}
ASSEMBLY = {"id": "x", "title": "x", "fasta": None, "sizes": {"c": 9}}
MANIFEST = json.dumps(
    {"version": 2, "title": "x", "assembly": ASSEMBLY, "tracks": [{**TRACK, "color": [0, 0, 9], "strand": "+"}]}
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "a %41 run"
    folder.mkdir()
    (folder / "index.html").write_text("<p>page</p>")
    return folder


@contextmanager
def running(*arguments: object, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, and the address that it gave."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    process = subprocess.Popen(
        [str(PROGRAM), "view", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**clean, "PYTHONUNBUFFERED": "1", **environment},
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield process, address
    finally:
        process.kill()
        process.communicate()


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as reply:
        return bytes(reply.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(out: Path, number: int) -> None:
    with running(out, "--no-browser") as (process, address):
        assert get(address) == b"<p>page</p>"
        port = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", address)
        assert process.stderr is not None
        directions = process.stderr.readline() + process.stderr.readline()  # they follow the address
        process.send_signal(number)
        said = directions + process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert port
    assert f"ssh -L {port[1]}:127.0.0.1:{port[1]} {socket.gethostname()}" in said
    assert "Traceback" not in said
    assert "browser was found" not in said


def test_without_a_browser_it_says_so_and_serves(out: Path) -> None:
    with running(out) as (process, address):
        assert get(address) == b"<p>page</p>"
        assert process.stderr is not None
        said = process.stderr.readline()  # it follows the address
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert "no web browser was found here: open the address above" in said


def test_the_browser_gets_the_address(out: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}.part" && mv "{seen}.part" "{seen}"\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    with running(out, BROWSER=f"{browser} %s") as (process, address):
        deadline = time.monotonic() + 20
        while not seen.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert seen.read_text().strip() == address
        process.send_signal(signal.SIGINT)
        assert "ssh" not in process.communicate(timeout=20)[1]


def test_a_hub_of_several_runs_is_served_with_their_files_and_nothing_beside(out: Path, tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    shutil.copytree(out, hub)
    (out / "tracks").mkdir()
    (out / "tracks" / "x.bw").write_bytes(b"scores")
    (out / "private").write_text("private")
    (out / "manifest.json").write_text(MANIFEST)
    (tmp_path / "secret").write_text("secret")
    (hub / "igv_session.xml").write_text(
        '<Session><Resources><Resource path="../a %41 run/tracks/x.bw"/></Resources></Session>'
    )
    with running(hub, "--no-browser") as (_, address):
        assert address.endswith("/hub/index.html")
        assert get(address) == b"<p>page</p>"
        base = address.removesuffix("hub/index.html")
        assert get(f"{base}a%20%2541%20run/tracks/x.bw") == b"scores"
        for path in ("secret", "a%20%2541%20run/private", "a%20%2541%20run/../secret"):
            with pytest.raises(OSError, match="404"):
                get(f"{base}{path}")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "../../../../../../../../../../etc/passwd"])
def test_a_session_from_elsewhere_opens_no_other_file(out: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (out / "igv_session.xml").write_text(f'<Session><Resources><Resource path="{path}"/></Resources></Session>')
    with running(out, "--no-browser") as (_, address):
        assert get(address) == b"<p>page</p>"
        for asked in ("secret", "../secret", "etc/passwd", "%2e%2e/secret", "//etc/passwd"):
            with pytest.raises(OSError, match=r"40[034]"):
                get(f"{address}{asked}")


def test_a_run_is_served_to_its_own_page_and_to_origins_that_are_allowed(out: Path) -> None:
    allowed = "https://browser.example.org"
    with running(out, "--no-browser", "--allow-origin", allowed, "--allow-origin", "http://localhost:3") as (
        _,
        address,
    ):
        asked = urllib.request.Request(address, headers={"Origin": allowed, "Sec-Fetch-Site": "cross-site"})
        with urllib.request.urlopen(asked, timeout=10) as reply:
            assert reply.headers["Access-Control-Allow-Origin"] == allowed
        for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
            with pytest.raises(OSError, match="403"):
                urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10)


def test_what_cannot_be_shown_is_told_in_a_line(out: Path, tmp_path: Path, command: Command) -> None:
    said = command("view", tmp_path / "none")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "no such folder; give the output folder of a finished run" in said.err
    said = command("view", out, "--allow-origin", "*")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "'*' is not an origin" in said.err
    (out / "manifest.json").write_text("{")
    said = command("view", out)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "manifest.json is not valid JSON" in said.err
    (out / "index.html").unlink()
    said = command("view", out)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "holds no index.html" in said.err


def test_a_port_in_use_is_told_in_a_line(out: Path, command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command("view", out, "--port", port)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"port {port} is in use; choose another one" in said.err


def test_variants_need_a_finished_run(out: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "plain.vcf").write_text("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    (out / "manifest.json").write_text(MANIFEST)
    for arguments, reason in (
        ((out, "--variants", tmp_path / "plain.vcf"), "plain.vcf: has no effects on binding sites"),
        ((out, "--variants", tmp_path / "none.vcf"), "none.vcf: no such file"),
        ((tmp_path, "--variants", tmp_path / "plain.vcf"), "--variants needs the folder of one run"),
        ((tmp_path, "--live", "--rbp", "ELAVL1", "--variants", tmp_path / "plain.vcf"), "leave out --live"),
    ):
        said = command("view", *arguments)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert reason in said.err
