"""Functions that run on a worker: open a run once, score shards, receive files.

A scheduler imports this file to pass calls on, so numerics and Dask are imported only when a worker calls a function.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.cluster.messages import Admission, Order, Report

if TYPE_CHECKING:
    from ideep_scan.jobs.cluster.opened_run import OpenedRun
    from ideep_scan.scan.shards import Shard

_OPENING = threading.Lock()
_RUNS: dict[str, OpenedRun] = {}  # at most one: a worker holds one network


def describe() -> dict[str, Any]:
    """Describe the program and libraries of this worker as JSON values (`jobs.scan.run_plan`)."""
    from ideep_scan.jobs.scan.run_plan import describe_program

    return describe_program()


def open_run(order: Order, moved: Mapping[str, str]) -> Admission:
    """Open the inputs of a run and load its network, unless both are open already.

    Parameters
    ----------
    order : Order
        The run.
    moved : mapping of str to str
        Paths of the files that were sent to this worker, by the paths of the client.

    Returns
    -------
    Admission
        The answer of this worker.
    """
    from ideep_scan.jobs.cluster.input_paths import list_paths, replace_paths
    from ideep_scan.jobs.cluster.opened_run import OpenedRun

    settings = replace_paths(order.settings, lambda path: moved.get(path, path))
    missing = tuple(path for path in list_paths(settings) if not os.path.exists(path))
    if missing:
        return Admission(missing=missing)
    with _OPENING:
        run = _RUNS.get(order.digest)
        try:
            if run is None:
                close_runs()
                run = OpenedRun(order, settings)
                _RUNS[order.digest] = run
            run.check()
        except IdeepScanError as error:
            close_runs()
            return Admission(refusal=str(error))
    return run.admission


def score_shard(digest: str, shard: Shard) -> Report:
    """Score a shard of the run that is open.

    Parameters
    ----------
    digest : str
        Digest of the run's plan.
    shard : Shard
        The shard.

    Returns
    -------
    Report
        Receipt of the shard, with its bytes if this worker does not see the client's folder.
    """
    start = time.monotonic()
    run = _RUNS.get(digest)
    if run is None:
        return Report()
    receipt = run.score(shard)
    content = None if run.admission.shares_folder else run.read(shard)
    return Report(receipt, content, time.monotonic() - start)


def send_shard(digest: str, shard: Shard) -> Report:
    """Send the bytes of a finished shard, if the client does not see the file in its folder."""
    run = _RUNS.get(digest)
    return Report() if run is None else Report(run.folder.read_receipt(shard), run.read(shard))


def receive_part(name: str, offset: int, content: bytes, dask_worker: Any = None) -> str:
    """Write a part of a file that the client sends into the folder of this worker.

    Parameters
    ----------
    name : str
        Path of the file within that folder.
    offset : int
        Place of the part. At 0 the file is emptied first.
    content : bytes
        The part.
    dask_worker : distributed.Worker
        Dask supplies it.

    Returns
    -------
    str
        Path of the file on this worker.
    """
    path = os.path.join(dask_worker.local_directory, "ideep-scan", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "r+b" if offset else "wb") as file:
        file.seek(offset)
        file.write(content)
    return path


def close_runs() -> None:
    """Close the run that is open, and free its network."""
    for digest in list(_RUNS):
        _RUNS.pop(digest).close()
