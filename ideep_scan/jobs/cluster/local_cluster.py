"""A Dask cluster on this machine for one run: a scheduler and its workers as processes, without a dashboard."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.cluster.scheduler_file import read_scheduler_file

_HOST = "127.0.0.1"
_START_SECONDS = 60.0  # until the scheduler listens, on a busy machine
_POLL_SECONDS = 0.05
_THREADS = 8  # most threads of a worker


@dataclass(frozen=True)
class LocalCluster:
    """A running cluster.

    Attributes
    ----------
    address : str
        Address of the scheduler.
    scheduler : subprocess.Popen
        Its process.
    workers : sequence of subprocess.Popen
        The processes of the workers.
    """

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: Sequence[subprocess.Popen[bytes]]

    def is_running(self) -> bool:
        """Tell whether a worker is left."""
        return any(worker.poll() is None for worker in self.workers)


@contextmanager
def local_cluster(count: int, threads: int, devices: Sequence[str] = ()) -> Iterator[LocalCluster]:
    """Start a cluster, and end it with the block or with this process.

    Parameters
    ----------
    count : int
        Number of workers; 0 for one per device, or else one per 8 threads.
    threads : int
        Threads of all workers together.
    devices : sequence of str
        Numbers of the GPUs; each worker sees one of them.

    Yields
    ------
    LocalCluster
        The cluster.

    Raises
    ------
    IdeepScanError
        The scheduler did not start.
    """
    count = count or len(devices) or -(-threads // _THREADS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ideep-scan-dask-")))
        scheduler = _start(stack, folder, ["scheduler", "--host", _HOST, "--port", "0", "--no-dashboard"], {})
        address = _wait_for_address(folder / "scheduler.json", scheduler)
        share = max(1, threads // count)
        workers = []
        for number in range(count):
            options = ["worker", "--host", _HOST, "--nthreads", str(share), "--no-nanny", "--no-dashboard"]
            options += ["--memory-limit", "0", "--name", f"local {number}", "--local-directory", str(folder)]
            visible = {"CUDA_VISIBLE_DEVICES": devices[number % len(devices)]} if devices else {}
            workers.append(_start(stack, folder, options, visible))
        yield LocalCluster(address, scheduler, workers)


def list_gpus(device: str) -> list[str]:
    """List the GPUs that the workers of this machine may use, as CUDA_VISIBLE_DEVICES names them.

    Parameters
    ----------
    device : str
        Value of `--device`.
    """
    import torch

    from ideep_scan.models.scorer import find_device

    chosen = find_device(device)
    if chosen.type != "cuda":
        return []
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = visible.split(",") if visible else [str(number) for number in range(torch.cuda.device_count())]
    return names if chosen.index is None else names[chosen.index : chosen.index + 1]


def _start(
    stack: ExitStack, folder: Path, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a process that keeps its place in the cluster by a file in the folder. Ctrl-C does not reach it."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "ideep_scan.jobs.cluster.local_process"),
            *(*arguments, "--scheduler-file", str(folder / "scheduler.json")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _wait_for_address(path: Path, scheduler: subprocess.Popen[bytes]) -> str:
    """Wait until the scheduler has written its address."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and scheduler.poll() is None:
        if path.exists() and path.stat().st_size:
            return read_scheduler_file(path)
        time.sleep(_POLL_SECONDS)
    raise IdeepScanError("--dask local: Dask's scheduler does not start: try `dask scheduler` to see why")
