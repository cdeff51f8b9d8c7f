"""Processes of a local cluster end with the process that started them."""

from __future__ import annotations

import signal
import subprocess
import sys


def test_it_ends_when_its_pipe_closes() -> None:
    command = [sys.executable, "-m", "ideep_scan.jobs.cluster.local_process", "scheduler", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--no-dashboard"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stderr is not None
    while b"Scheduler at:" not in process.stderr.readline():
        assert process.poll() is None
    process.stdin.close()
    assert process.wait(60) == -signal.SIGKILL
    process.stderr.close()
