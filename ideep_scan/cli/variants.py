"""Command `ideep-scan variants`: read the options, score the variants, write the VCF to a file or standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import VariantScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import open_output_stream
from ideep_scan.errors import InputError
from ideep_scan.jobs.variants.settings import VariantSettings

Variants = Annotated[
    Path,
    typer.Argument(metavar="VCF|-", help="VCF, plain or gzipped, or BCF. - reads standard input."),
]
Fasta = Annotated[Path, typer.Option("--fasta", help="Genome: FASTA, plain or bgzipped. A missing index is made.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", help="Annotated .vcf.gz (with an index if sorted), .vcf or .bcf. Default: standard output."
    ),
]
Table = Annotated[
    Path | None,
    typer.Option("-t", "--table", help="Table with a row per allele, model and strand: .tsv, .tsv.gz or .parquet."),
]
Phased = Annotated[
    str | None,
    typer.Option(
        "--phased",
        metavar="SAMPLE",
        help="Also score changes of one haplotype of this sample together if they share a window.",
    ),
]
MinDelta = Annotated[
    float, typer.Option("--min-delta", help="Smallest absolute score difference of an entry in INFO. 0 keeps all.")
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="DIR", help="Folder for a page of the strongest changes, with a picture of each."),
]
Top = Annotated[int, typer.Option("--top", help="Number of changes in the report.")]
OPTIONS = {
    "rbp": opt.Rbp,
    "model": opt.Model,
    "fasta": Fasta,
    "gtf": opt.Gtf,
    "cobinding": opt.Cobinding,
    "evidence": opt.Evidence,
    "out": Output,
    "table": Table,
    "min_delta": MinDelta,
    "phased": Phased,
    "report": Report,
    "top": Top,
    "threshold": opt.Threshold,
    "fdr": opt.Fdr,
    "prevalence": opt.Prevalence,
    "modalities": opt.Modalities,
    "device": opt.Device,
    "precision": opt.Precision,
    "threads": opt.Threads,
    "strict": opt.Strict,
}


@with_options(VariantSettings, OPTIONS)
def variants(context: typer.Context, file: Variants, **values: Any) -> None:
    """Score the variants of a VCF: which binding sites change, and how much.

    Every record comes out again, in its order, with the effects in INFO (RBP, RBP_MAX, RBP_STATUS).

    Example: ideep-scan variants --rbp ELAVL1 in.vcf.gz --fasta hg19.fa --gtf genes.gtf -o out.vcf.gz -t out.tsv.gz
    """
    source = context.get_parameter_source("top")
    if values["report"] is None and source is not None and source.name == "COMMANDLINE":
        raise InputError("--top is the number of changes in a report: give its folder as well (--report)")
    settings = VariantSettings(variants=file, **values)
    settings.check()
    from ideep_scan.jobs.variants.run import run

    with open_output_stream() as stream, VariantScreen() as screen:
        summary = run(settings, screen, stream.buffer)
    screen.summarise(summary)
