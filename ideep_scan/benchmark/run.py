"""Run of the benchmark: train and test each method on each experiment, store the scores, write tables and figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import as_completed
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
    digest_own_inputs,
    digest_published_files,
    digest_sites,
    find_experiments,
    locate_larger_file,
    select_experiments,
)
from ideep_scan.benchmark.ideep import ExtendedMethod
from ideep_scan.benchmark.methods import MAIN, collect_modalities, describe_method, list_methods
from ideep_scan.benchmark.published_figures import read_anchors
from ideep_scan.benchmark.records import OWN, PROTOCOLS, PUBLISHED, Cell, Result, Subject
from ideep_scan.benchmark.report import ReportData, write_report
from ideep_scan.benchmark.score_files import locate_scores, read_scores, write_scores
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.workbench import Workbench
from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.source_date import read_source_date
from ideep_scan.jobs.worker_process import WorkerPool

EXTRA_PACKAGES = {"sklearn": "scikit-learn", "matplotlib": "matplotlib"}


@dataclass(frozen=True)
class BenchmarkSummary:
    """Outcome of a benchmark.

    Attributes
    ----------
    out : Path
        Folder of the results.
    computed : int
        Number of cells that this run trained.
    reused : int
        Number of cells that an earlier run had finished.
    means : tuple of tuple
        (protocol, method, number of experiments, mean AUC, mean auPRC) of each method.
    seconds : float
        Duration of the run.
    """

    out: Path
    computed: int
    reused: int
    means: tuple[tuple[str, str, int, float, float], ...]
    seconds: float


class CellMonitor(Protocol):
    """Observer of a run."""

    def begins(self, cells: int, notes: Sequence[str]) -> None:
        """Receive the number of cells and the notes, after the inputs are checked and before training starts."""
        ...

    def advance(self, cells: int) -> None:
        """Receive the number of cells finished since the last call."""
        ...


def run(settings: BenchmarkSettings, monitor: CellMonitor) -> BenchmarkSummary:
    """Train and test the cells that have no stored scores; report all.

    Parameters
    ----------
    settings : BenchmarkSettings
        Settings of the run.
    monitor : CellMonitor
        Observer that gets the progress.

    Returns
    -------
    BenchmarkSummary
        Outcome of the run.

    Raises
    ------
    IdeepScanError
        An input is unusable, or an output cannot be written. Finished cells stay stored.
    """
    settings.check()
    read_source_date()  # a wrong one is an error before the training
    _check_installed()
    check_inputs(settings)
    with Spool() as spool:
        return _run(spool_inputs(settings, spool), monitor)


def _run(settings: BenchmarkSettings, monitor: CellMonitor) -> BenchmarkSummary:
    started = time.monotonic()
    experiments = find_experiments(settings.data)
    subjects = select_experiments(experiments, settings.experiment)
    check_files(settings.data, subjects)
    if settings.larger is not None:
        check_larger(settings.larger, experiments)
    anchors = {} if settings.anchors is None else read_anchors(settings.anchors)
    names, notes = _names(settings), _notes(settings)
    cells = _cells(settings, subjects, names)
    receipts = _receipts(settings, experiments, cells)
    results = {cell: read_scores(locate_scores(settings.out, cell), receipts[cell]) for cell in cells}
    missing = [cell for cell, result in results.items() if result is None]
    reused = len(cells) - len(missing)
    monitor.begins(
        len(cells), (*notes, *([f"{reused} of {len(cells)} trainings are finished already"] if reused else []))
    )
    monitor.advance(reused)

    def store(cell: Cell, result: Result) -> None:
        write_scores(locate_scores(settings.out, cell), result, receipts[cell])
        results[cell] = result
        monitor.advance(1)

    _compute(settings, tuple(subject.folder for subject in experiments), missing, store)
    complete = {cell: result for cell, result in results.items() if result}
    means = write_report(settings, ReportData(subjects, names, complete, anchors), notes)
    return BenchmarkSummary(settings.out, len(missing), reused, means, time.monotonic() - started)


def _check_installed() -> None:
    missing = [name for module, name in EXTRA_PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise IdeepScanError(f"benchmark needs {' and '.join(missing)}: pip install 'ideep-scan[train]'")


def _names(settings: BenchmarkSettings) -> dict[str, tuple[str, ...]]:
    """Select the methods to run in each protocol."""
    protocols = [name for name in PROTOCOLS if settings.protocol in ("both", name) and (name != OWN or settings.own)]
    larger = settings.larger is not None
    available = {protocol: tuple(list_methods(protocol, settings.seeds, larger)) for protocol in protocols}
    all_names = sorted({name for names in available.values() for name in names})
    for method in settings.method:
        if method not in all_names:
            similar = get_close_matches(method, all_names, 3, 0.5) or all_names
            raise InputError(f"--method {method}: unknown method; available are {', '.join(similar)}")
    selected = {
        protocol: tuple(name for name in names if not settings.method or name in settings.method)
        for protocol, names in available.items()
    }
    return {protocol: names for protocol, names in selected.items() if names}


def _notes(settings: BenchmarkSettings) -> tuple[str, ...]:
    if settings.protocol == "both" and not settings.own:
        return ("the protocol 'own' is left out: it needs --fasta and --gtf",)
    return ()


def _cells(settings: BenchmarkSettings, subjects: Sequence[Subject], names: Mapping[str, Sequence[str]]) -> list[Cell]:
    """List the cells by experiment; the methods of `--method`, else iDeep, are cross-validated."""
    cells = []
    for subject in subjects:
        for protocol, methods in names.items():
            for method in methods:
                cells.append(Cell(protocol, method, subject.folder))
                if method in (settings.method or (MAIN,)):
                    folds = range(1, settings.folds + 1)
                    cells += [Cell(protocol, method, subject.folder, fold, settings.folds) for fold in folds]
    return cells


def _receipts(
    settings: BenchmarkSettings, experiments: Sequence[Subject], cells: Sequence[Cell]
) -> dict[Cell, dict[str, Any]]:
    """Describe the inputs of each cell as JSON values."""
    data, pairs = settings.data, dict.fromkeys((cell.protocol, cell.experiment) for cell in cells)
    digests = {key: digest_published_files(data, key[1]) for key in pairs if key[0] == PUBLISHED}
    if any(protocol == OWN for protocol, _ in pairs) and settings.fasta is not None and settings.gtf is not None:
        shared = InputFile(settings.fasta).digest(), InputFile(settings.gtf).digest()
        digests |= {key: digest_own_inputs(data, key[1], *shared) for key in pairs if key[0] == OWN}
    protocols = {protocol for protocol, _ in pairs}
    larger = settings.larger is not None
    methods = {protocol: list_methods(protocol, settings.seeds, larger) for protocol in protocols}
    sites = cache(partial(digest_sites, data, [subject.folder for subject in experiments], settings.larger))
    receipts = {}
    for cell in cells:
        method = methods[cell.protocol][cell.method]
        receipts[cell] = {
            "seed": settings.seed,
            "method": describe_method(method),
            "data": digests[cell.protocol, cell.experiment],
            "fold": [cell.fold, cell.folds],
        }
        if isinstance(method, ExtendedMethod) and settings.larger is not None:
            receipts[cell]["larger"] = InputFile(locate_larger_file(settings.larger, cell.experiment)).digest()
        if cell.protocol == OWN and "cobinding" in collect_modalities({cell.method: method}):
            receipts[cell]["sites"] = sites()
    return receipts


def _compute(
    settings: BenchmarkSettings,
    experiments: Sequence[str],
    cells: Sequence[Cell],
    store: Callable[[Cell, Result], None],
) -> None:
    """Compute cells in this process or in several of one thread each; store each result when it is ready."""
    workers = min(count_cores(settings.threads), len(cells))
    if workers < 2:
        with Workbench(settings, experiments) as bench:
            for cell in cells:
                store(cell, bench.result(cell))
        return
    try:
        with WorkerPool(workers, _start_worker, (settings, tuple(experiments))) as pool:
            futures = {pool.submit(_run_cell, cell): cell for cell in cells}
            for future in as_completed(futures):
                store(futures[future], future.result())
    except BrokenProcessPool as error:
        raise IdeepScanError(
            "a training process was killed, perhaps for lack of memory: use fewer --threads; finished trainings are "
            "kept"
        ) from error


_bench: Workbench | None = None  # of a worker process


def _start_worker(settings: BenchmarkSettings, experiments: Sequence[str]) -> None:
    global _bench
    _bench = Workbench(settings, experiments)


def _run_cell(cell: Cell) -> Result:
    assert _bench is not None
    return _bench.result(cell)
