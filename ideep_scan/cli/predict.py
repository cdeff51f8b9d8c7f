"""`ideep-scan predict`: options in, one job called; the table on standard output unless a file is named."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import RowScreen
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
_DEFAULT = PredictSettings
_PRECISION = opt.PrecisionChoice(_DEFAULT.precision)


def predict(
    file: Sites,
    rbp: opt.Rbp,
    fasta: Fasta = _DEFAULT.fasta,
    gtf: opt.Gtf = _DEFAULT.gtf,
    cobinding: opt.Cobinding = _DEFAULT.cobinding,
    out: Table = _DEFAULT.out,
    modalities: opt.Modalities = _DEFAULT.modalities,
    device: opt.Device = _DEFAULT.device,
    precision: opt.Precision = _PRECISION,
    threads: opt.Threads = _DEFAULT.threads,
    strict: opt.Strict = _DEFAULT.strict,
) -> None:
    """Score single sites: the centre of each line of a BED6, or of each record of a FASTA of windows.

    Writes a table with a row per site and model, in the order of the input. A score that is not known is empty.

    Example: ideep-scan predict --rbp ELAVL1 sites.bed --fasta hg19.fa --gtf genes.gtf -o scores.tsv
    """
    settings = PredictSettings(
        rbp=tuple(rbp),
        sites=file,
        fasta=fasta,
        gtf=gtf,
        cobinding=cobinding,
        out=out,
        modalities=modalities,
        device=device,
        precision=precision.value,
        threads=threads,
        strict=strict,
    )
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
