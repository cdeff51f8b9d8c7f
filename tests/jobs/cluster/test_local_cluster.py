"""Clusters on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.cluster import local_cluster as module
from ideep_scan.jobs.cluster.local_cluster import list_gpus, local_cluster

STARTER = """
from ideep_scan.jobs.cluster.local_cluster import local_cluster
with local_cluster(1, 1) as cluster:
    print(cluster.scheduler.pid, cluster.workers[0].pid, flush=True)
    input()
"""


def test_a_killed_program_leaves_no_process() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        children = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
        assert len(children) == 2
        os.kill(process.pid, signal.SIGKILL)
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert len(gone) == 2
    assert alive == []


def test_a_scheduler_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HOST", "256.0.0.1")
    with pytest.raises(IdeepScanError, match="--dask local: Dask's scheduler does not start"), local_cluster(1, 1):
        pass


def test_a_cpu_needs_no_gpus() -> None:
    assert list_gpus("cpu") == []


def test_visible_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setattr("ideep_scan.models.scorer.find_device", torch.device)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert list_gpus("cuda") == ["0", "1"]
    assert list_gpus("cuda:1") == ["1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    assert list_gpus("cuda") == ["3", "5"]
