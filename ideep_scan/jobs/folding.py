"""RNA folding for a run: a pool of processes and the cache on disk, closed with the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack

import numpy as np

from ideep_scan.errors import IdeepScanError
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.structure import Folder, Job
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.jobs.worker_process import WorkerContext

JOBS_PER_MESSAGE = 8  # at most: single windows are soon folded
MESSAGES_PER_PROCESS = 8  # at least, where there are as many jobs: processes then end about together


Fold = Callable[[Job], np.ndarray]
Run = Callable[[Fold, Iterable[Job]], Iterator[np.ndarray]]


def folding(spec: FeatureSpec, threads: int, stack: ExitStack) -> Folder:
    """A folder with the settings of `spec` on `threads` processes; pool and cache close with `stack`."""
    run = processes(threads, stack)
    cache = FoldCache()
    stack.callback(cache.close)
    return Folder(spec.structure_window, spec.structure_span, run, cache)


def processes(count: int, stack: ExitStack) -> Run:
    """A `map` by processes (ViennaRNA holds the GIL), none of which starts before there is something to fold.

    Raises
    ------
    IdeepScanError : when used: a process was ended from outside.
    """
    pool = ProcessPoolExecutor(count, WorkerContext(), _start_worker)
    stack.callback(_end_pool, pool)

    def run(fold: Fold, jobs: Iterable[Job]) -> Iterator[np.ndarray]:
        asked = list(jobs)
        share = len(asked) // (MESSAGES_PER_PROCESS * count)
        try:
            yield from pool.map(fold, asked, chunksize=max(1, min(share, JOBS_PER_MESSAGE)))
        except BrokenProcessPool as error:
            raise IdeepScanError(
                "a process that folds RNA was ended from outside, perhaps for its memory: use fewer --threads, or "
                "leave structure out of --modalities"
            ) from error

    return run


def _end_pool(pool: ProcessPoolExecutor) -> None:
    """End the processes at once. One that still starts, or folds what nobody waits for, would take seconds."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.kill()
    pool.shutdown()


def _start_worker() -> None:
    """Leave Ctrl-C, which reaches workers as well, to the main process, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
