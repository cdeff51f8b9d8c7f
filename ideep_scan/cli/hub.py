"""Command `ideep-scan hub`: rebuild and check hub, session and page of finished runs, without scanning again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.hub_settings import HubSettings

Runs = Annotated[list[Path], typer.Argument(metavar="OUT...", help="Folders of finished runs.", show_default=False)]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="HUB", help="Folder for the hub; needed for several runs.", show_default=False),
]
UrlBase = Annotated[
    str | None,
    typer.Option("--url-base", metavar="URL", help="Address that the hub's folder will have.", show_default=False),
]
AssemblyHub = Annotated[bool, typer.Option("--assembly-hub", help="Bring the genome as 2bit, for UCSC not to host it.")]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="The genome for --assembly-hub, if no copy goes with the run.", show_default=False),
]
ChromSizes = Annotated[
    Path | None,
    typer.Option("--chrom-sizes", metavar="FILE", help="Contig lengths to check against.", show_default=False),
]
Assembly = Annotated[
    str | None,
    typer.Option(
        "--assembly", metavar="NAME", help="What genome browsers call the genome (hg19, ...).", show_default=False
    ),
]
Email = Annotated[
    str | None,
    typer.Option(
        "--email", metavar="ADDRESS", help="Address for questions; needed with --url-base.", show_default=False
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Leave the hubs as they are and check them.")]


OPTIONS = {
    "runs": Runs,
    "out": Out,
    "url_base": UrlBase,
    "assembly_hub": AssemblyHub,
    "fasta": Fasta,
    "chrom_sizes": ChromSizes,
    "assembly": Assembly,
    "email": Email,
    "check_only": Check,
}


@with_options(HubSettings, OPTIONS)
def hub(**values: Any) -> None:
    """Rebuild hub, session and page of finished runs, check them, and put several runs into one hub.

    No track is copied: a hub of several runs points to their files, so keep the folders where they are to each other.
    The exit code is 1 when the check finds something.

    Example: ideep-scan hub run1 run2 -o hub --url-base https://example.org/hub --email you@example.org
    """
    from ideep_scan.jobs.hub import run

    summary = run(HubSettings(**values))
    for note in summary.notes:
        typer.echo(f"note: {note}", err=True)
    for finding in summary.findings:
        typer.echo(finding)
    for path, checked in zip(summary.hubs, summary.checked, strict=True):
        typer.echo(f"{path}: {checked}")
    for who, address in summary.addresses:
        typer.echo(f"{who}: {address}")
    if summary.findings:
        raise typer.Exit(1)
