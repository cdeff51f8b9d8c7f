"""Settings of the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import check_threads

MAX_SEED = 10**9


@dataclass(frozen=True)
class BenchmarkSettings:
    """Settings of the benchmark.

    Attributes
    ----------
    data : Path
        Folder of the published experiments.
    out : Path
        Folder for the results.
    fasta, gtf : Path or None
        Genome and annotation for the protocol 'own', which is skipped without them.
    larger : Path or None
        Folder of the same experiments with 30,000 training windows each, for methods that learn from more windows.
        Co-binding sites come from these windows too.
    anchors : Path or None
        Table of published figures to compare with.
    protocol : {'both', 'published', 'own'}
        Features to train on: the published matrices, the package's own, or both.
    method, experiment : tuple of str
        Methods and experiments to run; empty for all.
    seed : int
        Seed of the first network of a method.
    seeds : int
        Networks that the averaging method trains.
    folds : int
        Parts of a cross-validation over the training windows; 0 for none.
    threads : int
        Processes with one thread each; 0 for all cores that this process may use.
    """

    data: Path
    out: Path = Path("ideep_scan_benchmark")
    fasta: Path | None = None
    gtf: Path | None = None
    larger: Path | None = None
    anchors: Path | None = None
    protocol: Literal["both", "published", "own"] = "both"
    method: tuple[str, ...] = ()
    experiment: tuple[str, ...] = ()
    seed: int = 0
    seeds: int = 2
    folds: int = 0
    threads: int = 0

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value is out of range, or an option lacks another one that it needs.
        """
        check_threads(self.threads)
        if not 0 <= self.seed <= MAX_SEED:
            raise InputError(f"--seed {self.seed}: give 0 or more, and no more than {MAX_SEED:,}")
        if self.seeds < 2:
            raise InputError(f"--seeds {self.seeds}: give 2 or more, they are averaged")
        if self.folds < 0 or self.folds == 1:
            raise InputError(f"--folds {self.folds}: give 2 or more, or 0 for none")
        if self.protocol == "own" and not self.own:
            raise InputError("--protocol own makes features of a genome and its genes: give --fasta and --gtf")
        if self.larger is not None and not self.own:
            raise InputError("--larger gives windows without matrices, for the own protocol: give --fasta and --gtf")

    @property
    def own(self) -> bool:
        """Tell whether the protocol 'own' has its genome and annotation."""
        return self.fasta is not None and self.gtf is not None
