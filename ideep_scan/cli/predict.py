"""Command `ideep-scan predict`: read the options, score the sites, write the table to a file or standard output."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import RowScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import table_stream
from ideep_scan.jobs.settings import PredictSettings

Sites = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|-",
        help="BED6 of sites (needs --fasta), or a FASTA of windows; plain or gzipped. - is standard input.",
    ),
]
Fasta = Annotated[
    Path | None, typer.Option("--fasta", help="Genome of BED sites: FASTA, plain or bgzipped; indexed where it is not.")
]
Table = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="Table to write, gzipped if it ends in .gz; default: standard output."),
]
OPTIONS = {
    "rbp": opt.Rbp,
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
    """Score single sites: the centre of each line of a BED6, or of each record of a FASTA of windows.

    Writes a table with a row per site and model, in the order of the input. A score that is not known is empty.

    Example: ideep-scan predict --rbp ELAVL1 sites.bed --fasta hg19.fa --gtf genes.gtf -o scores.tsv
    """
    settings = PredictSettings(sites=file, **values)
    settings.check()
    from ideep_scan.jobs.predict import run

    # A stream of its own, so that what a full disk did not take is not tried again when the program ends.
    stream = table_stream()
    try:
        with RowScreen() as screen:
            summary = run(settings, screen, stream)
    finally:
        with suppress(OSError):
            stream.close()
    screen.summarise(summary)
