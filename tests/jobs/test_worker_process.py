"""Worker processes: what they inherit and print, and how they end."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import spawn, synchronize
from pathlib import Path

import pytest

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.worker_process import WorkerPool
from ideep_scan.process import STOP_SIGNALS


def test_a_script_that_starts_workers_is_not_run_twice(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom ideep_scan.jobs.worker_process import WorkerPool\nprint('begun')\n"
        "with WorkerPool(1) as pool:\n    print(pool.submit(os.getpid).result() != os.getpid())\n"
    )
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["begun", "True"]


def test_what_workers_print_goes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with WorkerPool(1) as pool:
        assert pool.submit(os.system, "echo noise").result() == 0
    assert capfd.readouterr() == ("", "noise\n")


def test_workers_begin_with_the_initializer_and_ignore_ctrl_c() -> None:
    with WorkerPool(1, os.putenv, ("WORKER", "begun")) as pool:
        assert pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()).result() >= set(STOP_SIGNALS)
        assert pool.submit(os.system, "test $WORKER = begun").result() == 0


def test_workers_that_are_killed_end_their_calls() -> None:
    pool = WorkerPool(1)
    worker, call = pool.submit(os.getpid).result(), pool.submit(signal.pause)
    pool.kill_workers()
    with pytest.raises((BrokenProcessPool, CancelledError)):  # cancelled if no process has begun it
        call.result()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_block_that_raises_ends_workers_that_work() -> None:
    pool = WorkerPool(1)
    worker = pool.submit(os.getpid).result()
    with pytest.raises(KeyboardInterrupt):
        _stop_at_work(pool)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def _stop_at_work(pool: WorkerPool) -> None:
    with pool:
        pool.submit(signal.pause)
        raise KeyboardInterrupt


def test_workers_hold_an_inherited_lock_until_they_end(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as owner, (tmp_path / "lock").open() as other:
        fcntl.flock(owner, fcntl.LOCK_EX)
        with WorkerPool(1, descriptors=[owner.fileno()]) as pool:
            pool.submit(os.getpid).result()
            owner.close()
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_to_all_processes_is_left_to_the_main_process(number: signal.Signals) -> None:
    code = "import os, signal\nfrom ideep_scan.jobs.worker_process import WorkerPool\n"
    code += f"answered = []\nsignal.signal({int(number)}, lambda number, _: answered.append(number))\n"
    code += "if __name__ == '__main__':\n    with WorkerPool(1) as pool:\n        pool.submit(abs, 1)\n"
    code += f"        os.killpg(0, {int(number)})\n        print(pool.submit(abs, -2).result(), answered)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, start_new_session=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"2 [{int(number)}]\n", "")


def test_a_full_shared_memory_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spawn, "get_preparation_data", refuse)
    with WorkerPool(1) as pool, pytest.raises(IdeepScanError, match="ulimit -u"):
        pool.submit(abs, -1)
    monkeypatch.setattr(synchronize.Lock, "__init__", refuse)
    with pytest.raises(IdeepScanError, match=r"No space left on device.*/dev/shm"):
        WorkerPool(1)
