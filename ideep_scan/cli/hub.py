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
    typer.Option(
        "-o", "--out", metavar="HUB", help="Folder for the hub. Required for several runs.", show_default=False
    ),
]
UrlBase = Annotated[
    str | None,
    typer.Option("--url-base", metavar="URL", help="Web address that the hub's folder will have.", show_default=False),
]
AssemblyHub = Annotated[
    bool,
    typer.Option("--assembly-hub", help="Include the genome as a 2bit file, for assemblies that UCSC does not host."),
]
Fasta = Annotated[
    Path | None,
    typer.Option("--fasta", help="Genome for --assembly-hub, if the run has no copy of it.", show_default=False),
]
ChromSizes = Annotated[
    Path | None,
    typer.Option("--chrom-sizes", metavar="FILE", help="Contig lengths to check against.", show_default=False),
]
Assembly = Annotated[
    str | None,
    typer.Option("--assembly", metavar="NAME", help="Name of the genome in browsers (hg19, ...).", show_default=False),
]
Email = Annotated[
    str | None,
    typer.Option(
        "--email", metavar="ADDRESS", help="Contact address in the hub. Required with --url-base.", show_default=False
    ),
]
Variants = Annotated[
    Path | None,
    typer.Option(
        "--variants", metavar="VCF", help="Output of `ideep-scan variants`, as a track of the hub.", show_default=False
    ),
]
NoVariants = Annotated[bool, typer.Option("--no-variants", help="Remove the variants of an earlier --variants.")]
Check = Annotated[bool, typer.Option("--check", help="Check the hubs without changing them.")]


OPTIONS = {
    "runs": Runs,
    "out": Out,
    "url_base": UrlBase,
    "assembly_hub": AssemblyHub,
    "fasta": Fasta,
    "chrom_sizes": ChromSizes,
    "assembly": Assembly,
    "email": Email,
    "variants": Variants,
    "no_variants": NoVariants,
    "check_only": Check,
}


@with_options(HubSettings, OPTIONS)
def hub(**values: Any) -> None:
    """Rebuild and check the hub, session and page of finished runs, or join several runs in one hub.

    A joint hub links to the files of its runs, so keep the folders at the same relative paths.
    The exit code is 1 if the check reports a finding.

    Example: ideep-scan hub out --variants scored.vcf.gz

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
    for browser, address in summary.addresses:
        typer.echo(f"{browser}: {address}")
    if summary.findings:
        raise typer.Exit(1)
