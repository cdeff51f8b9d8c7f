"""Workbench of the benchmark: train and test one cell after the other, on one thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType

import numpy as np
from threadpoolctl import threadpool_limits

from ideep_scan.benchmark.data import read_published_split, split_folds
from ideep_scan.benchmark.ideep import ExtendedMethod
from ideep_scan.benchmark.methods import collect_modalities, list_methods
from ideep_scan.benchmark.own_features import OwnFeatures
from ideep_scan.benchmark.records import OWN, PROTOCOLS, Cell, Result
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.split import Split
from ideep_scan.errors import IdeepScanError
from ideep_scan.models.scorer import use_threads
from ideep_scan.train.metrics import auc_and_auprc


class Workbench:
    """Train and test cells. The data of the last experiment stay in memory for the next cell.

    Parameters
    ----------
    settings : BenchmarkSettings
        Settings of the run.
    experiments : sequence of str
        Folder names of all experiments of the data.
    """

    def __init__(self, settings: BenchmarkSettings, experiments: Sequence[str]):
        self._settings = settings
        self._experiments = tuple(experiments)
        larger = settings.larger is not None
        self._methods = {protocol: list_methods(protocol, settings.seeds, larger) for protocol in PROTOCOLS}
        self._stack = ExitStack()
        self._own: OwnFeatures | None = None
        self._last: tuple[tuple[str, str], Split] | None = None
        use_threads(1)  # the last bits of a sum depend on the number of threads

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def result(self, cell: Cell) -> Result:
        """Train and test one cell.

        Parameters
        ----------
        cell : Cell
            The cell.

        Returns
        -------
        Result
            Scores and accuracy.

        Raises
        ------
        InputError
            The data of the experiment are unusable.
        IdeepScanError
            The method leaves windows without a score.
        """
        split = self._split(cell.protocol, cell.experiment)
        if cell.fold:
            split = list(split_folds(split, cell.folds))[cell.fold - 1]
        started = time.process_time()
        with threadpool_limits(1):
            scores = np.asarray(self._methods[cell.protocol][cell.method](split, self._settings.seed), np.float32)
        seconds = time.process_time() - started
        if scores.shape != split.test.shape or not np.isfinite(scores).all():
            raise IdeepScanError(f"{cell.method} gave no score for some windows of {cell.experiment}: leave it out")
        labels = split.labels[split.test]
        return Result(labels, scores, *auc_and_auprc(labels, scores), seconds)

    def _split(self, protocol: str, experiment: str) -> Split:
        if self._last is None or self._last[0] != (protocol, experiment):
            self._last = None  # release it before the next one is read
            is_own = protocol == OWN
            split = self._own_split(experiment) if is_own else read_published_split(self._settings.data, experiment)
            self._last = (protocol, experiment), split
        return self._last[1]

    def _own_split(self, experiment: str) -> Split:
        settings = self._settings
        if self._own is None:
            assert settings.fasta is not None
            assert settings.gtf is not None
            self._own = OwnFeatures(
                settings.data,
                self._experiments,
                fasta=settings.fasta,
                gtf=settings.gtf,
                stack=self._stack,
                larger=settings.larger,
            )
        methods = {n: m for n, m in self._methods[OWN].items() if not settings.method or n in settings.method}
        learns_more = any(isinstance(method, ExtendedMethod) for method in methods.values())
        return self._own.split(experiment, collect_modalities(methods), learns_more)
