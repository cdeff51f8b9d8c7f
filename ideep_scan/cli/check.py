"""Command `ideep-scan check`: input files alone and against each other, before hours are spent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli.file_screen import FileScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import open_output_stream
from ideep_scan.jobs.check.settings import KINDS, CheckSettings

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES...",
        help="FASTA, GTF, GFF3, BED, VCF, BCF, chrom.sizes, CLIP sites and tables, in any mix. KIND=FILE names the "
        f"kind of a file that is not recognised: {', '.join(KINDS)}.",
        show_default=False,
    ),
]
Cobinding = Annotated[
    Path | None,
    typer.Option("--cobinding", metavar="TABLE", help="Table of CLIP experiments and their sites.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")]
OPTIONS = {"files": Files, "cobinding": Cobinding}


@with_options(CheckSettings, OPTIONS)
def check(*, json_output: Json = False, **values: Any) -> None:
    """Check input files alone and against each other, before hours are spent.

    Prints a line per finding and a line per file.
    The exit code is 1 if a warning changes results, and 2 if a file cannot be used.

    Example: ideep-scan check hg19.fa genes.gtf sites.bed in.vcf.gz
    """
    settings = CheckSettings(**values)
    settings.check()
    from ideep_scan.jobs.check.run import run

    with FileScreen() as screen:
        report = run(settings, screen)
    if json_output:
        with open_output_stream() as stream:
            stream.write(json.dumps(report.describe(), indent=1) + "\n")
    else:
        screen.summarise(report)
    if report.exit_code:
        raise typer.Exit(report.exit_code)
