"""RNA folding for a run: a pool of processes and the cache on disk, closed with the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack

import numpy as np

from ideep_scan.errors import IdeepScanError
from ideep_scan.features.rnaplfold import Folder, Job
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.jobs.worker_process import WorkerPool

JOBS_PER_MESSAGE = 8  # at most, because a single window folds quickly
MESSAGES_PER_PROCESS = 8  # at least, if there are enough jobs: the processes then end at about the same time


Fold = Callable[[Job], np.ndarray]
Run = Callable[[Fold, Iterable[Job]], Iterator[np.ndarray]]


def make_folder(spec: FeatureSpec, threads: int, stack: ExitStack) -> Folder:
    """Make an RNA folder.

    Parameters
    ----------
    spec : FeatureSpec
        Settings of the folding.
    threads : int
        Number of processes.
    stack : ExitStack
        Closes the processes and the cache.

    Returns
    -------
    Folder
        Folds on the processes and stores the results in the cache.
    """
    run = make_process_map(threads, stack)
    cache = FoldCache()
    stack.callback(cache.close)
    return Folder(spec.structure_window, spec.structure_span, run, cache)


def make_process_map(count: int, stack: ExitStack) -> Run:
    """Make a `map` that runs in processes, because ViennaRNA holds the GIL. They start with the first job.

    Parameters
    ----------
    count : int
        Number of processes.
    stack : ExitStack
        Ends the processes.

    Returns
    -------
    callable
        Maps a function over jobs. It raises IdeepScanError if a process was killed.
    """
    pool = WorkerPool(count)
    stack.callback(pool.kill_workers)  # waiting for one that is starting or folding would take seconds

    def run(fold: Fold, jobs: Iterable[Job]) -> Iterator[np.ndarray]:
        queue = list(jobs)
        share = len(queue) // (MESSAGES_PER_PROCESS * count)
        try:
            yield from pool.map(fold, queue, chunksize=max(1, min(share, JOBS_PER_MESSAGE)))
        except BrokenProcessPool as error:
            raise IdeepScanError(
                "a process that folds RNA was killed, perhaps for its memory: use fewer --threads, or "
                "leave structure out of --modalities"
            ) from error

    return run
