"""The command line: the one place that prints errors and exits. Commands import what is heavy in their bodies."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from ideep_scan import __version__
from ideep_scan.cli import demo, genome, models
from ideep_scan.errors import IdeepScanError

app = typer.Typer(
    name="ideep-scan",
    help="See where RNA-binding proteins bind: deep models slid over every transcript of a genome.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("demo")(demo.demo)
app.command("genome")(genome.genome)
app.add_typer(models.app, name="models")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ideep-scan {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Options of the program as a whole."""


def main() -> None:
    """Run the program. Exit code 0: all that was promised is written; 2: wrong input, told in one line; 130: Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a cancelled cluster job cleans up as well
    try:
        app()
    except IdeepScanError as error:
        print(f"ideep-scan: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("ideep-scan: interrupted; nothing was written", file=sys.stderr)
        sys.exit(130)
