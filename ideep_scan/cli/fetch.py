"""Command `ideep-scan fetch`: get a genome and its annotation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli.file_screen import FetchScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.fetch.settings import FetchSettings

OPTIONS = {
    "assembly": Annotated[str, typer.Argument(metavar="ASSEMBLY", help="hg38, hg19, mm39, mm10, dm6, ce11, ...")],
    "dir": Annotated[Path, typer.Option("--dir", metavar="DIR", help="Folder for the files.")],
}


@with_options(FetchSettings, OPTIONS)
def fetch(**values: Any) -> None:
    """Get a genome (UCSC) and its annotation (GENCODE or RefSeq), and check them.

    Downloads go on where they stopped, and are compared with the MD5 sums of their server.
    The genome is compressed as bgzip and indexed. Files that are there already stay.
    The exit code is that of `check`.

    Example: ideep-scan fetch hg38 --dir genomes
    """
    settings = FetchSettings(**values)
    settings.check()
    from ideep_scan.jobs.fetch.run import run

    with FetchScreen() as screen:
        summary = run(settings, screen)
    screen.summarise_fetch(summary)
    if summary.report.exit_code:
        raise typer.Exit(summary.report.exit_code)
