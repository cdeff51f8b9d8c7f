"""A run of the embedded example to look at, and where the pictures of its pages are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import runs
import visits

from ideep_scan.jobs.view.serve_run import serve_run


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[visits.Visit]:
    """Goes to pages, with igv.js in the cache of what serves them; tests are skipped where there is no browser."""
    lacking = visits.missing()
    if lacking:
        pytest.skip(f"no {lacking} on this machine")
    cache = tmp_path_factory.mktemp("cache")
    visits.keep_igv_js(cache)
    with pytest.MonkeyPatch.context() as patch, visits.browsing() as visit:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield visit


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two proteins, on a genome that goes with it."""
    folder = tmp_path_factory.mktemp("run")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "a run", rbp=("ELAVL1", "U2AF2"), regions="exA:1-60000")
    return folder / "a run"


@pytest.fixture(scope="module")
def url(visit: visits.Visit, run: Path) -> Iterator[str]:
    """Address of the page of this run, on a server for the module."""
    server, address = serve_run(run)
    with server:
        yield address


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if visits.SHOTS.is_dir():
        terminalreporter.write_line(f"pictures of pages: {visits.SHOTS}")
