"""Settings of the verification of a finished run. It imports no numerics."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import check_threads

MAX_POSITIONS = 1_000_000


@dataclass(frozen=True)
class VerifySettings:
    """Settings of a verification.

    Attributes
    ----------
    out : Path
        Folder of the run.
    positions : int
        Number of positions to score again.
    files : bool
        Whether to compare digests of all files of the run, besides their sizes.
    seed : int
        Seed of the choice of positions.
    fasta : Path or None
        Genome of the run; None to look for it by its name.
    gtf : Path or None
        Annotation of the run; None to look for it by its name.
    inputs : tuple of Path
        Folders in which to look for inputs by their names, before the current folder and the one that holds the run.
    device : str
        'auto', 'cpu', or 'cuda' with an optional number.
    threads : int
        CPU threads; 0 for all cores that this process may use.
    """

    out: Path
    _: KW_ONLY
    positions: int = 1000
    files: bool = False
    seed: int = 0
    fasta: Path | None = None
    gtf: Path | None = None
    inputs: tuple[Path, ...] = ()
    device: str = "auto"
    threads: int = 0

    def check(self) -> None:
        """Check the values without reading a file.

        Raises
        ------
        InputError
            A value is out of range, or a folder is missing.
        """
        if not 1 <= self.positions <= MAX_POSITIONS:
            raise InputError(f"--positions {self.positions}: give 1 or more, and no more than {MAX_POSITIONS:,}")
        check_threads(self.threads)
        for folder in self.inputs:
            if not folder.is_dir():
                raise InputError("is not a folder; give --inputs a folder that holds inputs of the run", folder)
