"""The real command line in this process, and what it said."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import runs
from runs import Command, Said

from ideep_scan.cli.app import main
from ideep_scan.kernels.compile_cache import compilations
from ideep_scan.process import STOP_SIGNALS


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.copy_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session", autouse=True)
def compiled_kernels(example: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compile kernels before commands are watched: a command that has to compile says so."""
    runs.scan(example, tmp_path_factory.mktemp("warm") / "out", modalities="all", regions="exA:17001-17100")
    compilations.begin()
    compilations.end()


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Command]:
    """Runs `ideep-scan` with some arguments; what C libraries print counts as well."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    handlers = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)}

    def called(*arguments: object) -> Said:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["ideep-scan", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return Said(0 if code is None else int(code), *capfd.readouterr())

    yield called
    for number, handler in handlers.items():
        signal.signal(number, handler)
