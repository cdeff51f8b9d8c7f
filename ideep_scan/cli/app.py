"""The command line: the one place that prints errors and exits. Commands import what is heavy in their bodies."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from ideep_scan import __version__
from ideep_scan.cli import benchmark, demo, genome, hub, models, predict, view
from ideep_scan.cli.once import OnceCommand, OnceGroup
from ideep_scan.errors import IdeepScanError

app = typer.Typer(
    name="ideep-scan",
    help="See where RNA-binding proteins bind: deep models slid over every transcript of a genome.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    cls=OnceGroup,
)
app.command("benchmark", cls=OnceCommand)(benchmark.benchmark)
app.command("demo", cls=OnceCommand)(demo.demo)
app.command("genome", cls=OnceCommand)(genome.genome)
app.command("hub", cls=OnceCommand)(hub.hub)
app.command("predict", cls=OnceCommand)(predict.predict)
app.command("view", cls=OnceCommand)(view.view)
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
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:  # what a script put in the background stays deaf to Ctrl-C
            signal.signal(number, _stop)
    try:
        app()
    except IdeepScanError as error:
        print(f"ideep-scan: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:  # what no file room foresaw, such as a full disk behind standard output
        place = error.filename or "standard output"
        print(f"ideep-scan: {place}: {error.strerror or error}: make room or choose another place", file=sys.stderr)
        sys.stdout = None  # or Python tries once more to empty its buffer, and says so
        sys.exit(2)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Leave as after an error, so that a run takes away what it began: on Ctrl-C, and when a cluster cancels a job."""
    print("ideep-scan: stopped; nothing half-finished is left", file=sys.stderr)
    sys.exit(128 + number)
