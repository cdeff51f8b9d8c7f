"""Command `ideep-scan intersect`: sites of finished runs that variants or intervals overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli.screen import IntervalScreen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import open_output_stream
from ideep_scan.jobs.intersect.settings import IntersectSettings

Runs = Annotated[list[Path], typer.Argument(metavar="OUT...", help="Folders of finished runs.", show_default=False)]
Intervals = Annotated[
    Path,
    typer.Argument(
        metavar="VCF|BED|-",
        help="Variants (VCF, BCF) or intervals (BED), plain or gzipped, sorted or not. - reads standard input.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="TABLE|VCF",
        help="Table to write, gzipped if the name ends in .gz. For a VCF also .vcf, .vcf.gz or .bcf: the VCF with its "
        "sites. Default: the table on standard output.",
        show_default=False,
    ),
]
OPTIONS = {"runs": Runs, "intervals": Intervals, "out": Out}


@with_options(IntersectSettings, OPTIONS)
def intersect(**values: Any) -> None:
    """List the sites of finished runs that variants or intervals overlap.

    Writes a table with one row per overlap, in the order of the input, or the VCF with its sites in INFO.
    An interval with a strand (column 6) overlaps sites of its strand only.

    Example: ideep-scan intersect run1 run2 in.vcf.gz -o annotated.vcf.gz
    """
    settings = IntersectSettings(**values)
    settings.check()
    from ideep_scan.jobs.intersect.run import run

    with open_output_stream() as stream, IntervalScreen() as screen:
        summary = run(settings, screen, stream)
    screen.summarise(summary)
