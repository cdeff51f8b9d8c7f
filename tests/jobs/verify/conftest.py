"""A small run to be copied and changed, and its verification."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.verify import recorded_values
from ideep_scan.jobs.verify.run import VerifySummary, run
from ideep_scan.jobs.verify.settings import VerifySettings

Verify = Callable[..., VerifySummary]
START, END = 108_000, 108_100
REGION = "exA:108,001-108,100"


class PoolInThisProcess:
    """A pool that calls functions here, because a process takes a second to start."""

    def __init__(self, count: int) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except InputError as error:
            future.set_exception(error)
        return future

    def kill_workers(self) -> None:
        pass


class CheckWatcher:
    """A monitor that checks that the progress ends at its total."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}
        self.left = 0

    def checks(self, part: str, positions: int) -> None:
        assert self.left == 0
        self.parts[part] = self.left = positions

    def advance(self, positions: int) -> None:
        self.left -= positions
        assert self.left >= 0


@pytest.fixture(autouse=True)
def no_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read tracks in this process, except for damaged ones."""
    if "offset" not in request.fixturenames:
        monkeypatch.setattr(recorded_values, "WorkerPool", PoolInThisProcess)


@pytest.fixture(scope="module")
def small_run(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over 100 positions of both strands, with sites. Nothing may write into it."""
    out = tmp_path_factory.mktemp("small") / "out"
    runs.scan(example, out, gtf=None, regions=REGION, threshold=0.001, tracks="score,neglog10p")
    return out


@pytest.fixture
def copy(small_run: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may change."""
    return Path(shutil.copytree(small_run, tmp_path / "copy"))


@pytest.fixture
def verify(example: Path) -> Verify:
    """Verify a run; its inputs are those of the example unless options say otherwise."""

    def verify_run(out: Path, **options: Any) -> VerifySummary:
        values = {"inputs": (example,), "device": "cpu", "threads": 1, "positions": 300, **options}
        return run(VerifySettings(out, **values), CheckWatcher())

    return verify_run
