"""The benchmark: methods on the published experiments, a cell at a time, kept on disk, then tables and figures.

It wires rooms and computes nothing itself; what the user sees while it runs is handed in as a `CellMonitor`.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from ideep_scan.benchmark.data import (
    check_files,
    check_larger,
    chosen,
    find_experiments,
    larger_file,
    own_digest,
    published_digest,
    sites_digest,
)
from ideep_scan.benchmark.ideep import LearningMore
from ideep_scan.benchmark.methods import MAIN, described, methods, read_by
from ideep_scan.benchmark.published_figures import read_anchors
from ideep_scan.benchmark.records import OWN, PROTOCOLS, PUBLISHED, Cell, Result, Subject
from ideep_scan.benchmark.report import Standing, write_report
from ideep_scan.benchmark.score_files import read_scores, scores_path, write_scores
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.workbench import Workbench
from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.digest import digest
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.cores import cores
from ideep_scan.jobs.piped_inputs import check_inputs, spooled

NEEDED = {"sklearn": "scikit-learn", "matplotlib": "matplotlib"}


@dataclass(frozen=True)
class BenchmarkSummary:
    """What came of it.

    Attributes
    ----------
    computed, kept : cells trained now, and found finished.
    means : (protocol, method, experiments, mean AUC, mean auPRC), as in the first tables.
    """

    out: Path
    computed: int
    kept: int
    means: tuple[tuple[str, str, int, float, float], ...]
    seconds: float


class CellMonitor(Protocol):
    """Whoever watches."""

    def begins(self, cells: int, notes: Sequence[str]) -> None:
        """The inputs are sound, nothing is trained yet."""
        ...

    def advance(self, cells: int) -> None:
        """So many more cells are done."""
        ...


def run(settings: BenchmarkSettings, monitor: CellMonitor) -> BenchmarkSummary:
    """Train, score, keep and report what is asked for and not yet there.

    Raises
    ------
    IdeepScanError : a wrong input, or an output that cannot be written. Finished cells stay.
    """
    settings.check()
    _check_installed()
    check_inputs(settings)
    with Spool() as spool:
        return _run(spooled(settings, spool), monitor)


def _run(settings: BenchmarkSettings, monitor: CellMonitor) -> BenchmarkSummary:
    started = time.monotonic()
    everyone = find_experiments(settings.data)
    subjects = chosen(everyone, settings.experiment)
    check_files(settings.data, subjects)
    if settings.larger is not None:
        check_larger(settings.larger, everyone)
    anchors = {} if settings.anchors is None else read_anchors(settings.anchors)
    names, notes = _names(settings), _notes(settings)
    cells = _cells(settings, subjects, names)
    receipts = _receipts(settings, everyone, cells)
    results = {cell: read_scores(scores_path(settings.out, cell), receipts[cell]) for cell in cells}
    missing = [cell for cell, result in results.items() if result is None]
    kept = len(cells) - len(missing)
    monitor.begins(len(cells), (*notes, *([f"{kept} of {len(cells)} trainings are finished already"] if kept else [])))
    monitor.advance(kept)

    def keep(cell: Cell, result: Result) -> None:
        write_scores(scores_path(settings.out, cell), result, receipts[cell])
        results[cell] = result
        monitor.advance(1)

    _compute(settings, tuple(subject.folder for subject in everyone), missing, keep)
    standing = Standing(subjects, names, {cell: result for cell, result in results.items() if result}, anchors)
    means = write_report(settings, standing, notes)
    return BenchmarkSummary(settings.out, len(missing), kept, means, time.monotonic() - started)


def _check_installed() -> None:
    absent = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if absent:
        raise IdeepScanError(f"benchmark needs {' and '.join(absent)}: pip install 'ideep-scan[train]'")


def _names(settings: BenchmarkSettings) -> dict[str, tuple[str, ...]]:
    """Protocol -> names of the methods to run. Raises InputError for a name that no protocol has."""
    protocols = [name for name in PROTOCOLS if settings.protocol in ("both", name) and (name != OWN or settings.own)]
    known = {protocol: tuple(methods(protocol, settings.seeds, settings.larger is not None)) for protocol in protocols}
    for asked in settings.method:
        every = sorted({name for names in known.values() for name in names})
        if asked not in every:
            near = get_close_matches(asked, every, 3, 0.5) or every
            raise InputError(f"--method {asked}: no such method here; there are {', '.join(near)}")
    picked = {p: tuple(n for n in names if not settings.method or n in settings.method) for p, names in known.items()}
    return {protocol: names for protocol, names in picked.items() if names}


def _notes(settings: BenchmarkSettings) -> tuple[str, ...]:
    if settings.protocol == "both" and not settings.own:
        return ("the protocol 'own' is left out: it makes features of a genome and its genes (--fasta, --gtf)",)
    return ()


def _cells(settings: BenchmarkSettings, subjects: Sequence[Subject], names: Mapping[str, Sequence[str]]) -> list[Cell]:
    """Everything to train, experiment by experiment; cross-validated are the methods asked for by name, else iDeep."""
    cells = []
    for subject in subjects:
        for protocol, here in names.items():
            for method in here:
                cells.append(Cell(protocol, method, subject.folder))
                if method in (settings.method or (MAIN,)):
                    folds = range(1, settings.folds + 1)
                    cells += [Cell(protocol, method, subject.folder, fold, settings.folds) for fold in folds]
    return cells


def _receipts(
    settings: BenchmarkSettings, everyone: Sequence[Subject], cells: Sequence[Cell]
) -> dict[Cell, dict[str, Any]]:
    """What each cell is made from, as JSON values."""
    data, pairs = settings.data, dict.fromkeys((cell.protocol, cell.experiment) for cell in cells)
    digests = {key: published_digest(data, key[1]) for key in pairs if key[0] == PUBLISHED}
    if any(protocol == OWN for protocol, _ in pairs) and settings.fasta is not None and settings.gtf is not None:
        shared = digest(settings.fasta), digest(settings.gtf)
        digests |= {key: own_digest(data, key[1], *shared) for key in pairs if key[0] == OWN}
    used = {protocol for protocol, _ in pairs}
    known = {protocol: methods(protocol, settings.seeds, settings.larger is not None) for protocol in used}
    sites = cache(partial(sites_digest, data, [subject.folder for subject in everyone], settings.larger))
    receipts = {}
    for cell in cells:
        method = known[cell.protocol][cell.method]
        receipts[cell] = {
            "seed": settings.seed,
            "method": described(method),
            "data": digests[cell.protocol, cell.experiment],
            "fold": [cell.fold, cell.folds],
        }
        if isinstance(method, LearningMore) and settings.larger is not None:
            receipts[cell]["larger"] = digest(larger_file(settings.larger, cell.experiment))
        if cell.protocol == OWN and "cobinding" in read_by({cell.method: method}):
            receipts[cell]["sites"] = sites()
    return receipts


def _compute(
    settings: BenchmarkSettings, everyone: Sequence[str], cells: Sequence[Cell], keep: Callable[[Cell, Result], None]
) -> None:
    """Hand each cell's result to `keep` as it is ready, from this process or from several of one thread each."""
    workers = min(cores(settings.threads), len(cells))
    if workers < 2:
        with Workbench(settings, everyone) as bench:
            for cell in cells:
                keep(cell, bench.result(cell))
        return
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(workers, context, _begin, (settings, tuple(everyone))) as pool:
        try:
            futures = {pool.submit(_work, cell): cell for cell in cells}
            for future in as_completed(futures):
                keep(futures[future], future.result())
        except BrokenProcessPool as error:
            raise IdeepScanError(
                "a process that trains was ended from outside, perhaps for its memory: use fewer --threads; what is "
                "finished is kept"
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()  # a training that is no longer wanted takes a minute to end by itself
            raise


_bench: Workbench | None = None  # of a worker process


def _begin(settings: BenchmarkSettings, everyone: Sequence[str]) -> None:
    global _bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the workers as well; only the main process answers
    _bench = Workbench(settings, everyone)


def _work(cell: Cell) -> Result:
    assert _bench is not None
    return _bench.result(cell)
