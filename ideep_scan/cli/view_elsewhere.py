"""Options of `ideep-scan view` that open a run in another genome browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ideep_scan.errors import InputError

Igv = Annotated[bool, typer.Option("--igv", help="Open the run in the IGV desktop that runs on this machine.")]
IgvPort = Annotated[
    int | None,
    typer.Option(
        "--igv-port",
        min=1,
        max=65535,
        help="Port on which IGV takes commands. By default 60151.",
        show_default=False,
    ),
]
Ucsc = Annotated[
    str | None,
    typer.Option(
        "--ucsc",
        metavar="URL",
        help="Print the link that opens the run in UCSC, given the web address of its folder.",
        show_default=False,
    ),
]
JBrowse = Annotated[
    Path | None,
    typer.Option(
        "--jbrowse",
        metavar="FILE",
        help="Write a configuration of JBrowse 2 that shows the run.",
        show_default=False,
    ),
]


def open_elsewhere(out: Path, *, igv: bool, igv_port: int | None, ucsc: str | None, jbrowse: Path | None) -> bool:
    """Open a run in other genome browsers; return False if no option asks for one."""
    if igv_port is not None and not igv:
        raise InputError("--igv-port goes with --igv: add --igv, or leave it out")
    if not igv and ucsc is None and jbrowse is None:
        return False
    from ideep_scan.jobs.view.other_browsers import find_ucsc_address, open_in_igv, write_jbrowse_configuration

    if ucsc is not None:
        typer.echo(find_ucsc_address(out, ucsc))
        typer.echo("UCSC reads the files from that address: the server must answer range requests", err=True)
    if jbrowse is not None:
        write_jbrowse_configuration(out, jbrowse)
        typer.echo(jbrowse)
        typer.echo(
            "put it on a web server with the folder of the run, and open JBrowse 2 with ?config= and its address",
            err=True,
        )
    if igv:
        if sys.stderr.isatty():
            typer.echo("waiting for IGV", err=True)
        session = open_in_igv(out, igv_port)
        typer.echo(f"IGV opened {session}")
    return True
