"""Command `ideep-scan predict`: read the options, score the sites, write the table to a file or standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import RowScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import open_output_stream
from ideep_scan.jobs.predict_settings import PredictSettings

Sites = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|-",
        help="BED6 of sites (needs --fasta) or FASTA of sequences, plain or gzipped. - reads standard input.",
    ),
]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="Genome of the BED sites: FASTA, plain or bgzipped. A missing index is made."),
]
Table = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="Table to write, gzipped if the name ends in .gz. Default: standard output."),
]
OPTIONS = {
    "rbp": opt.Rbp,
    "model": opt.Model,
    "fasta": Fasta,
    "gtf": opt.Gtf,
    "cobinding": opt.Cobinding,
    "evidence": opt.Evidence,
    "out": Table,
    "modalities": opt.Modalities,
    "device": opt.Device,
    "precision": opt.Precision,
    "threads": opt.Threads,
    "strict": opt.Strict,
}


@with_options(PredictSettings, OPTIONS)
def predict(file: Sites, **values: Any) -> None:
    """Score single sites: the centre of each BED6 line, or of each FASTA record.

    Writes a table with one row per site and model, in the order of the input. A missing score is empty.

    Example: ideep-scan predict --rbp ELAVL1 sites.bed --fasta hg19.fa --gtf genes.gtf -o scores.tsv
    """
    settings = PredictSettings(sites=file, **values)
    settings.check()
    from ideep_scan.jobs.predict import run

    with open_output_stream() as stream, RowScreen() as screen:
        summary = run(settings, screen, stream)
    screen.summarise(summary)
