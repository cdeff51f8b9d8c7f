"""Routes that are made after the page was served."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from toy_runs import OLD, write_run

from ideep_scan.jobs.view import late_routes as room
from ideep_scan.jobs.view.late_routes import LateRoutes
from track_hubs.server.http_server import Reply, Route


def reply(text: str) -> Route:
    return lambda query: Reply("text/plain", text.encode())


class Maker:
    """Makes the routes, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Mapping[str, Route]:
        self.count += 1
        return {"a": reply("A"), "b": reply("B")}


def test_routes_are_made_once_at_the_first_request() -> None:
    maker = Maker()
    routes = LateRoutes(("a", "b"), maker).routes()
    assert maker.count == 0
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda path: routes[path]({}).body, "abababab"))
    assert bodies == [b"A", b"B"] * 4
    assert maker.count == 1


def test_routes_are_made_after_another_one_has_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_DELAY", 0.0)
    maker = Maker()
    late = LateRoutes(("a", "b"), maker)
    answer = late.load_after(reply("first"))
    assert [answer({}).body, answer({}).body] == [b"first", b"first"]
    for _ in range(1000):
        if maker.count:
            break
        time.sleep(0.01)
    late.load()
    assert maker.count == 1


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    write_run(tmp_path / "run", OLD)
    return tmp_path / "run"


def test_the_server_of_a_run_starts_without_the_modules_that_take_long() -> None:
    script = (
        "import sys, ideep_scan.jobs.view.serve_run, ideep_scan.cli.view; "
        "print({'torch', 'numba', 'pandas', 'scipy', 'zarr', 'pyarrow'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout == "set()\n"


def test_a_page_that_asks_for_files_of_the_user_imports_none_of_them_if_there_are_none(golden: Path) -> None:
    script = (
        "import sys, urllib.request; from pathlib import Path; from ideep_scan.jobs.view.serve_run import serve_run\n"
        f"server, address = serve_run(Path({str(golden)!r}))\n"
        "with server: print(urllib.request.urlopen(address + 'run/measured').read().decode())\n"
        "print({'torch', 'numba', 'pandas', 'scipy', 'zarr', 'pyarrow'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.splitlines() == ['{"files":[]}', "set()"]
