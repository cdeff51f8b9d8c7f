"""Training of a user's own model from Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from ideep_scan.api.arguments import File
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.train.outcome import TrainingOutcome
from ideep_scan.jobs.train.run import run
from ideep_scan.jobs.train.settings import ZOO, TrainSettings


def train_model(
    sites: File | Iterable[File],
    name: str,
    *,
    fasta: File,
    gtf: File,
    out: File,
    report: File | None = None,
    start: Literal["zoo", "scratch"] = ZOO,
    epochs: int = 0,
    seed: int = 0,
    device: str = "auto",
    threads: int = 0,
    strict: bool = False,
    overwrite: bool = False,
) -> TrainingOutcome:
    """Train a model from CLIP sites, and write its bundle and report.

    Parameters
    ----------
    sites : str, path or iterable of these
        Lists of sites as BED, narrowPeak, GFF3 or bigBed with strands, one for each replicate.
    name : str
        Name of the model.
    fasta, gtf : str or path
        Genome of the sites, and its annotation (GTF, GFF3 or BED12).
    out : str or path
        Bundle to write; its name ends in .safetensors.
    report : str or path, optional
        Folder of the report; beside the bundle by default.
    start : {'zoo', 'scratch'}, optional
        Weights to begin with: those of the bundled models, or random ones.
    epochs : int, optional
        Passes over the training windows; 0 takes 4 from the bundled models, 15 or more from random weights.
    seed : int, optional
        Seed of all random numbers.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.
    strict : bool, optional
        Refuse a site that cannot be used instead of leaving it out.
    overwrite : bool, optional
        Replace an earlier bundle and its report.

    Returns
    -------
    TrainingOutcome
        The finished model (`model`), its epochs, and the log odds of its test windows.

    Raises
    ------
    IdeepScanError
        An input is unusable, or an output cannot be written. Nothing appears then.

    Examples
    --------
    >>> outcome = train_model(
    ...     "peaks.bed", "MYRBP", fasta="hg19.fa", gtf="genes.gtf", out="myrbp.safetensors"
    ... )  # doctest: +SKIP
    >>> outcome.model.card["held-out windows"]["AUC"]["value"]  # doctest: +SKIP
    0.94
    """
    paths = (sites,) if isinstance(sites, str | Path) else sites
    settings = TrainSettings(
        tuple(Path(path) for path in paths),  # type: ignore[union-attr]
        name=name,
        fasta=Path(fasta),
        gtf=Path(gtf),
        start=start,
        out=Path(out),
        report=None if report is None else Path(report),
        epochs=epochs,
        seed=seed,
        device=device,
        threads=threads,
        strict=strict,
        overwrite=overwrite,
    )
    return run(settings, SilentMonitor()).outcome
