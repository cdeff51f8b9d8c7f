"""RNA folding for a run: a pool of processes and the cache on disk, closed with the run."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.structure import Folder
from ideep_scan.formats.fold_cache import FoldCache

JOBS_PER_MESSAGE = 8


def folding(spec: FeatureSpec, threads: int, stack: ExitStack) -> Folder:
    """A folder with the settings of `spec` on `threads` processes; pool and cache close with `stack`."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    # Ctrl-C reaches the workers as well; only the main process answers it.
    pool = ProcessPoolExecutor(threads, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    stack.callback(pool.shutdown, cancel_futures=True)
    cache = FoldCache()
    stack.callback(cache.close)
    return Folder(
        spec.structure_window,
        spec.structure_span,
        lambda fold, jobs: pool.map(fold, jobs, chunksize=JOBS_PER_MESSAGE),
        cache,
    )
