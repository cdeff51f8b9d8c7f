"""`ideep-scan genome`: options in, one job called, its summary printed."""

from __future__ import annotations

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import Screen
from ideep_scan.errors import InputError
from ideep_scan.jobs.settings import BOTH_ASKED, ScanSettings

_DEFAULT = ScanSettings
_STRAND, _PRECISION = opt.StrandChoice(_DEFAULT.strand), opt.PrecisionChoice(_DEFAULT.precision)


def genome(
    context: typer.Context,
    fasta: opt.Fasta,
    rbp: opt.Rbp,
    gtf: opt.Gtf = _DEFAULT.gtf,
    cobinding: opt.Cobinding = _DEFAULT.cobinding,
    out: opt.Out = _DEFAULT.out,
    gene: opt.Gene = None,
    regions: opt.Regions = None,
    strand: opt.StrandOption = _STRAND,
    stride: opt.Stride = _DEFAULT.stride,
    threshold: opt.Threshold = _DEFAULT.threshold,
    fdr: opt.Fdr = _DEFAULT.fdr,
    prevalence: opt.Prevalence = _DEFAULT.prevalence,
    modalities: opt.Modalities = _DEFAULT.modalities,
    tracks: opt.Tracks = _DEFAULT.tracks,
    chrom_sizes: opt.ChromSizes = _DEFAULT.chrom_sizes,
    assembly: opt.Assembly = _DEFAULT.assembly,
    email: opt.Email = _DEFAULT.email,
    device: opt.Device = _DEFAULT.device,
    precision: opt.Precision = _PRECISION,
    batch: opt.Batch = _DEFAULT.batch,
    threads: opt.Threads = _DEFAULT.threads,
    overwrite: opt.Overwrite = _DEFAULT.overwrite,
    strict: opt.Strict = _DEFAULT.strict,
) -> None:
    """Scan a genome, or its transcripts, for binding sites.

    Writes a score track per protein and strand (bigWig), the sites (BED, bigBed, table), motif hits inside them, a
    UCSC track hub, an IGV session and a page.

    Example: ideep-scan genome --rbp ELAVL1 hg19.fa --gtf genes.gtf --regions chr20:1,000,001-1,200,000 -o out
    """
    given = context.get_parameter_source("threshold")
    if fdr is not None and given is not None and given.name == "COMMANDLINE":
        raise InputError(BOTH_ASKED)
    settings = ScanSettings(
        rbp=tuple(rbp),
        fasta=fasta,
        gtf=gtf,
        cobinding=cobinding,
        out=out,
        gene=tuple(gene or ()),
        regions=tuple(regions or ()),
        strand=strand.value,
        stride=stride,
        threshold=threshold,
        fdr=fdr,
        prevalence=prevalence,
        modalities=modalities,
        tracks=tracks,
        chrom_sizes=chrom_sizes,
        assembly=assembly,
        email=email,
        device=device,
        precision=precision.value,
        batch=batch,
        threads=threads,
        overwrite=overwrite,
        strict=strict,
    )
    settings.check()
    from ideep_scan.jobs.scan.run import run

    with Screen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
