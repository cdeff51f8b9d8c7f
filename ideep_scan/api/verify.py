"""Verification of a finished run from Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ideep_scan.api.arguments import File, as_path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.verify.run import VerifySummary as VerifySummary
from ideep_scan.jobs.verify.run import run
from ideep_scan.jobs.verify.settings import VerifySettings
from ideep_scan.models.threads import preserve_threads


def verify_run(
    folder: File,
    *,
    positions: int = VerifySettings.positions,
    files: bool = False,
    seed: int = 0,
    fasta: File | None = None,
    gtf: File | None = None,
    inputs: Iterable[File] = (),
    device: str = "auto",
    threads: int = 0,
) -> VerifySummary:
    """Score random positions of a finished run again, and compare them with its tracks and tables.

    Parameters
    ----------
    folder : str or path
        Folder that a scan wrote.
    positions : int, optional
        Number of positions to score again.
    files : bool, optional
        Compare the digests of all files too, not only their sizes.
    seed : int, optional
        Seed of the choice of positions.
    fasta : str or path, optional
        Genome of the run; by default it is looked for by its name.
    gtf : str or path, optional
        Annotation of the run; by default it is looked for by its name.
    inputs : iterable of str or path, optional
        Folders in which inputs are looked for by their names.
        Also searched: the current folder and the folder that holds the run.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.

    Returns
    -------
    VerifySummary
        `count` is the number of differences, 0 if run and inputs agree; `differences` describes the first ones.
        `positions`, `sites` and `files` tell how much was compared.

    Raises
    ------
    InputError
        There is no finished run, or its inputs or models are missing or are others.

    Examples
    --------
    >>> example = find_example()
    >>> summary = verify_run(finished, positions=50, fasta=example.fasta, gtf=example.gtf)
    >>> summary.count, summary.positions
    (0, 50)
    """
    settings = VerifySettings(
        Path(folder),
        positions=positions,
        files=files,
        seed=seed,
        fasta=as_path(fasta),
        gtf=as_path(gtf),
        inputs=tuple(map(Path, inputs)),
        device=device,
        threads=threads,
    )
    with preserve_threads():
        return run(settings, SilentMonitor())
