"""A scan that the system kills again and again ends with the bytes of an uninterrupted one."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import runs

SCAN = """
import sys
from functools import partial
from ideep_scan.cli.app import main
from ideep_scan.jobs.scan import run_shards
run_shards.list_shards = partial(run_shards.list_shards, size=1 << 12)
sys.argv[0] = "ideep-scan"
main()
"""


def start(example: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    files = [str(example / "example.fa.gz"), "--gtf", str(example / "genes.gtf")]
    command = [sys.executable, "-c", SCAN, "genome", "--model", "ideep", "--rbp", "ELAVL1", *files]
    command += ["--stride", "10", "--threads", "1", "-o", str(out), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=300)
    return process.returncode, said.splitlines()[-1] if said else ""


def stop(process: subprocess.Popen[str], number: signal.Signals, is_due: Callable[[], bool]) -> tuple[int, str]:
    """Send a signal at a moment; return exit code and last line."""
    while not is_due() and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(number)
    return end(process)


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in runs.files(out) - {"run_log.json"}}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.copy_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def whole(example: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files of an uninterrupted run."""
    out = tmp_path_factory.mktemp("whole") / "out"
    code, said = end(start(example, out))
    assert code == 0, said
    return contents(out)


def test_a_run_that_is_stopped_again_and_again_has_the_bytes_of_a_whole_one(
    example: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def count() -> int:
        return len(list((out / ".shards").glob("0*.json")))

    code, said = stop(start(example, out), signal.SIGUSR1, lambda: count() >= 2)
    assert code == 128 + signal.SIGUSR1
    assert said.endswith(f"{count()} of 13 shards are finished: give the command with --resume to go on")
    code, _ = stop(start(example, out, "--resume"), signal.SIGKILL, lambda: count() >= 6)
    assert code == -signal.SIGKILL
    finished = count()
    stop(start(example, out, "--resume"), signal.SIGKILL, (out / ".part" / "manifest.json").exists)
    assert count() >= finished
    code, said = end(start(example, out, "--resume"))
    assert code == 0, said
    assert contents(out) == whole
