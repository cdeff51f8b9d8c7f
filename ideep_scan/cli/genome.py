"""Command `ideep-scan genome`: read the options, run a scan, print its summary."""

from __future__ import annotations

from typing import Any

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import Screen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.scan_settings import ScanSettings

OPTIONS = {
    "fasta": opt.Fasta,
    "rbp": opt.Rbp,
    "model": opt.Model,
    "gtf": opt.Gtf,
    "cobinding": opt.Cobinding,
    "evidence": opt.Evidence,
    "out": opt.Out,
    "gene": opt.Gene,
    "regions": opt.Regions,
    "spliced": opt.Spliced,
    "expression": opt.Expression,
    "min_tpm": opt.MinTpm,
    "strand": opt.StrandOption,
    "stride": opt.Stride,
    "threshold": opt.Threshold,
    "fdr": opt.Fdr,
    "prevalence": opt.Prevalence,
    "modalities": opt.Modalities,
    "tracks": opt.Tracks,
    "format": opt.FormatOption,
    "chrom_sizes": opt.ChromSizes,
    "assembly": opt.Assembly,
    "email": opt.Email,
    "device": opt.Device,
    "precision": opt.Precision,
    "batch": opt.Batch,
    "threads": opt.Threads,
    "shard": opt.Shard,
    "dask": opt.Dask,
    "resume": opt.Resume,
    "overwrite": opt.Overwrite,
    "strict": opt.Strict,
}


@with_options(ScanSettings, OPTIONS)
def genome(**values: Any) -> None:
    """Scan a genome, or its transcripts, for binding sites.

    Writes score tracks (bigWig, per protein and strand), binding sites (BED, bigBed, table), motif hits in the sites,
    a UCSC track hub, an IGV session and a page.

    Example: ideep-scan genome --rbp ELAVL1 hg19.fa --gtf genes.gtf --regions chr20:1,000,001-1,200,000 -o out
    """
    settings = ScanSettings(**values)
    settings.check()
    from ideep_scan.jobs.scan.array_job import score_part
    from ideep_scan.jobs.scan.run import run

    with Screen() as screen:
        if settings.shard:
            part = score_part(settings, screen)
            screen.summarise_part(part)
            return
        summary = run(settings, screen)
    screen.summarise(summary)
