"""Scan of transcripts from Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from ideep_scan.api.arguments import File, as_names
from ideep_scan.api.finished_run import Run, read_run
from ideep_scan.api.scan import run_scan
from ideep_scan.jobs.scan_settings import ScanSettings


def scan_transcripts(
    fasta: File,
    models: File | Iterable[File],
    out: File,
    *,
    model: str = ScanSettings.model,
    regions: File | Iterable[File] = (),
    stride: int = 1,
    threshold: float | None = None,
    fdr: float | None = None,
    prevalence: float | None = None,
    modalities: str = ScanSettings.modalities,
    tracks: str = ScanSettings.tracks,
    format: Literal["bigwig", "zarr"] = "bigwig",
    email: str | None = None,
    device: str = "auto",
    precision: str = "auto",
    batch: int = 0,
    threads: int = 0,
    overwrite: bool = False,
    resume: bool = False,
    dask: str = "",
    strict: bool = False,
    progress: bool = False,
) -> Run:
    r"""Scan transcripts, each a record of a FASTA, for binding sites.

    It writes the same files as `ideep-scan transcripts`; they appear only when all of them are complete.
    Coordinates are those of the transcripts.

    Parameters
    ----------
    fasta : str or path
        Transcripts, plain or gzipped; each record is the sense strand of one.
        The first word of a header is its name; of names with pipes, it is the accession.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    out : str or path
        Folder for the results.
    model, stride, threshold, fdr, prevalence, modalities, tracks, format : optional
        As for `scan_genome`.
    email, device, precision, batch, threads, overwrite, resume, dask, progress : optional
        As for `scan_genome`.
    regions : str, path or iterable of these, optional
        Parts to scan: name:start-end counted from 1, or BED files.
    strict : bool, optional
        Refuse a record that would be left out with a note.

    Returns
    -------
    Run
        The finished run: sites and motif hits as tables, scores as arrays.

    Raises
    ------
    InputError
        An input or an argument cannot be used; nothing is scored yet.
    SpecMismatch
        The models read different features.
    OutputError
        The results cannot be written, or the folder holds a run that was stopped.

    Examples
    --------
    >>> fasta = folder / "mrna.fa"
    >>> _ = fasta.write_text(">NM_1.1 Homo sapiens gene (ABC1), mRNA\n" + "ACGUUUUAUUUAUUU" * 10)
    >>> run = scan_transcripts(fasta, "ELAVL1", folder / "mrna")
    >>> int(np.isnan(run.scores("ELAVL1", "NM_1.1", 0, 150)).sum())
    0
    """
    settings = ScanSettings(
        rbp=as_names(models),
        model=model,
        fasta=Path(fasta),
        out=Path(out),
        regions=as_names(regions),
        stride=stride,
        threshold=threshold,
        fdr=fdr,
        prevalence=prevalence,
        modalities=modalities,
        tracks=tracks,
        format=format,
        email=email,
        device=device,
        precision=precision,
        batch=batch,
        threads=threads,
        overwrite=overwrite,
        resume=resume,
        dask=dask,
        strict=strict,
        transcripts=True,
    )
    run_scan(settings, progress)
    return read_run(out)
