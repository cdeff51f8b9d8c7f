"""Command `ideep-scan motifs`: read the options, write the report, print a line per model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import MotifScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.motifs.settings import MotifSettings

Windows = Annotated[
    Path | None,
    typer.Option(
        "--windows",
        metavar="FASTA",
        help="Compute motifs from these windows of 101 nt instead. Headers with class:1 or class:0 tell bound from "
        "unbound; without classes all are bound.",
        show_default=False,
    ),
]
Sites = Annotated[
    Path | None,
    typer.Option(
        "--sites",
        metavar="BED",
        help="Compute motifs from the windows around these bound sites instead (BED6; needs --fasta).",
        show_default=False,
    ),
]
Background = Annotated[
    Path | None,
    typer.Option(
        "--background",
        metavar="FILE",
        help="Unbound windows beside --windows (FASTA), or unbound sites beside --sites (BED6).",
        show_default=False,
    ),
]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="Genome of the sites: FASTA, plain or bgzipped.", show_default=False),
]
Known = Annotated[
    Path | None,
    typer.Option(
        "--known",
        metavar="FILE",
        help="Known motifs to compare with: MEME, TRANSFAC or Cluster-Buster. Default: CISBP-RNA and RBNS.",
        show_default=False,
    ),
]
OPTIONS = {
    "rbp": opt.Rbp,
    "model": opt.Model,
    "out": opt.Out,
    "known": Known,
    "windows": Windows,
    "sites": Sites,
    "background": Background,
    "fasta": Fasta,
    "gtf": opt.Gtf,
    "modalities": opt.Modalities,
    "device": opt.Device,
    "precision": opt.Precision,
    "threads": opt.Threads,
    "strict": opt.Strict,
    "overwrite": opt.Overwrite,
}


@with_options(MotifSettings, OPTIONS)
def motifs(**values: Any) -> None:
    """Report the motifs of models: logos, MEME files, enrichment, importance and known motifs that resemble them.

    The package has the motifs of the bundled models. Windows of your own give motifs of any model.

    Example: ideep-scan motifs --rbp ELAVL1 -o motifs

    Example: ideep-scan motifs --rbp mine.safetensors --sites peaks.bed --background rest.bed --fasta hg19.fa
    """
    settings = MotifSettings(**values)
    settings.check()
    from ideep_scan.jobs.motifs.run import run

    with MotifScreen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
