"""Scan of a genome from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ideep_scan.api.arguments import File, as_evidence, as_names, as_path
from ideep_scan.api.finished_run import Run, read_run
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.threads import preserve_threads

if TYPE_CHECKING:
    pass


def scan_genome(
    fasta: File,
    models: File | Iterable[File],
    out: File,
    *,
    model: str = ScanSettings.model,
    gtf: File | None = None,
    cobinding: File | None = None,
    evidence: Mapping[str, File] | None = None,
    genes: str | Iterable[str] = (),
    regions: File | Iterable[File] = (),
    spliced: bool = False,
    expression: File | None = None,
    min_tpm: float = ScanSettings.min_tpm,
    strand: Literal["both", "plus", "minus"] = "both",
    stride: int = 1,
    threshold: float | None = None,
    fdr: float | None = None,
    prevalence: float | None = None,
    modalities: str = ScanSettings.modalities,
    tracks: str = ScanSettings.tracks,
    format: Literal["bigwig", "zarr"] = "bigwig",
    chrom_sizes: File | None = None,
    assembly: str | None = None,
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
    """Scan a genome, or its transcripts, for binding sites.

    It writes the same files as `ideep-scan genome`; they appear only when all of them are complete.

    Parameters
    ----------
    fasta : str or path
        Genome, plain or bgzipped; a missing index is made.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.
    out : str or path
        Folder for the results.
    gtf : str or path, optional
        Annotation (GTF, GFF3 or BED12); with it only transcribed strands are scanned.
    cobinding : str or path, optional
        Table of two columns: CLIP experiment, path of its sites.
    evidence : mapping of str to path, optional
        bigWigs by name, for models that were trained with a track of this name.
    genes : str or iterable of str, optional
        Names or ids of genes or transcripts to scan; needs `gtf`.
    regions : str, path or iterable of these, optional
        Regions to scan: chr:start-end counted from 1 as in the UCSC browser, or BED files.
    spliced : bool, optional
        Scan the transcripts with their exons joined; sites have blocks then. It needs `gtf`.
    expression : str or path, optional
        Table of genes and their TPM in your cells; needs `gtf`.
        Genes with less than `min_tpm` are not scanned.
    min_tpm : float, optional
        The lowest TPM of an expressed gene.
    strand : {'both', 'plus', 'minus'}, optional
        Strands to scan.
    stride : int, optional
        Score every `stride`-th position.
    threshold : float, optional
        Lowest score (0-1) of a position in a site.
        By default each model's own: the best F1 on peaks if that was measured, else p <= 0.001.
    fdr : float, optional
        Expected false share (0-1) to call sites at, instead of `threshold`.
    prevalence : float, optional
        Share of positions in a site (0-1); the default is each model's own.
    modalities : str, optional
        'auto', 'all', or names of modalities with commas between them.
    tracks : str, optional
        Tracks to write, with commas between them: score, neglog10p, no_cobinding, within, contributions.
    format : {'bigwig', 'zarr'}, optional
        A bigWig per model and strand, or one Zarr store of all models.
    chrom_sizes : str or path, optional
        Contig lengths for the tracks, if the FASTA is an excerpt.
    assembly : str, optional
        Name of the genome in browsers; the default is the assembly with these contig lengths.
    email : str, optional
        Address for questions that the hub names.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    precision : str, optional
        Arithmetic of the network: 'auto', 'fp32' or 'bf16'.
    batch : int, optional
        Positions per network call; 0 chooses a number that suits the device.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.
    overwrite : bool, optional
        Replace an earlier run in the folder.
    resume : bool, optional
        Go on with the run that was stopped in the folder; begin if there is none.
    dask : str, optional
        Dask cluster that scores: address of its scheduler, its scheduler file, or 'local'.
    strict : bool, optional
        Refuse a record that would be left out with a note.
    progress : bool, optional
        Show notes and a progress bar on standard error.

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
        No file appears under its final name; finished shards stay for `resume`.

    Examples
    --------
    >>> example = find_example()
    >>> run = scan_genome(example.fasta, "ELAVL1", folder / "out", gtf=example.gtf, genes="EXB2")
    >>> run.models
    ('ELAVL1',)
    >>> run.sites("ELAVL1").columns[:6].tolist()
    ['chrom', 'start', 'end', 'name', 'strand', 'summit']
    """
    settings = ScanSettings(
        rbp=as_names(models),
        model=model,
        fasta=Path(fasta),
        gtf=as_path(gtf),
        cobinding=as_path(cobinding),
        evidence=as_evidence(evidence),
        out=Path(out),
        gene=as_names(genes),
        regions=as_names(regions),
        spliced=spliced,
        expression=as_path(expression),
        min_tpm=min_tpm,
        strand=strand,
        stride=stride,
        threshold=threshold,
        fdr=fdr,
        prevalence=prevalence,
        modalities=modalities,
        tracks=tracks,
        format=format,
        chrom_sizes=as_path(chrom_sizes),
        assembly=assembly,
        email=email,
        device=device,
        precision=precision,
        batch=batch,
        threads=threads,
        overwrite=overwrite,
        resume=resume,
        dask=dask,
        strict=strict,
    )
    run_scan(settings, progress)
    return read_run(out)


def run_scan(settings: ScanSettings, progress: bool) -> None:
    """Run a scan; torch keeps its threads."""
    with preserve_threads():
        if progress:
            _scan_with_bar(settings)
        else:
            run(settings, SilentMonitor())


def _scan_with_bar(settings: ScanSettings) -> None:
    from ideep_scan.cli.screen import Screen

    with Screen() as screen:
        run(settings, screen)
