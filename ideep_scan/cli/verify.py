"""Command `ideep-scan verify`: score random positions of a finished run again and compare with its tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options
from ideep_scan.cli.screen import CheckScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.verify.settings import VerifySettings

Out = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a finished run.", show_default=False)]
Positions = Annotated[int, typer.Option("-n", "--positions", metavar="N", help="Positions to score again.")]
Files = Annotated[bool, typer.Option("--files", help="Compare the digests of all files too, not only their sizes.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the choice of positions.")]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="Genome of the run. Default: looked for by its name.", show_default=False),
]
Gtf = Annotated[
    Path | None,
    typer.Option("--gtf", help="Annotation of the run. Default: looked for by its name.", show_default=False),
]
Inputs = Annotated[
    list[Path] | None,
    typer.Option(
        "--inputs",
        metavar="FOLDER",
        help="Folder with inputs of the run, looked for by name. Also searched: the current folder and that of OUT. "
        "Repeatable.",
        show_default=False,
    ),
]
OPTIONS = {
    "out": Out,
    "positions": Positions,
    "files": Files,
    "seed": Seed,
    "fasta": Fasta,
    "gtf": Gtf,
    "inputs": Inputs,
    "device": options.Device,
    "threads": options.Threads,
}


@with_options(VerifySettings, OPTIONS)
def verify(**values: Any) -> None:
    """Score random positions of a finished run again, and compare them with its tracks and tables.

    A manifest names the inputs of a run without their folders, and has their digests.
    The exit code is 1 if the run differs from its inputs.

    Example: ideep-scan verify out --files --fasta hg19.fa --gtf genes.gtf
    """
    settings = VerifySettings(**values)
    settings.check()
    from ideep_scan.jobs.verify.run import run

    with CheckScreen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
    if summary.count:
        raise typer.Exit(1)
