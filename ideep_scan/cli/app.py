"""The command line: the one place that prints errors and exits. Commands import what is heavy in their bodies."""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from ideep_scan import __version__
from ideep_scan.cli import benchmark, demo, genome, hub, models, predict, view
from ideep_scan.cli.once import OnceCommand, OnceGroup
from ideep_scan.errors import IdeepScanError, Stopped

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

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
    """Run the program and exit.

    Exit codes: 0, all that was promised is written; 2, wrong input, told in one line; 128 + N, stopped by signal N.
    """
    logging.getLogger("ideep_scan").addHandler(_NOTES)
    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # a shell's background job stays deaf to Ctrl-C
            signal.signal(number, _stop)
    try:
        app()
    except Stopped as stopped:
        _print_error(f"stopped; {stopped.state}")
        sys.exit(128 + stopped.number)
    except IdeepScanError as error:
        _print_error(str(error))
        sys.exit(2)
    except OSError as error:  # what no file room foresaw, such as a full disk behind standard output
        place = error.filename or "standard output"
        _print_error(f"{place}: {error.strerror or error}: make room or choose another place")
        sys.stdout = None  # or Python tries once more to empty its buffer, and says so
        sys.exit(2)
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # all is done or told; a signal would only add a traceback


def _print_error(message: str) -> None:
    print(f"ideep-scan: {' '.join(message.split())}", file=sys.stderr)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Leave as after an error, so that a run removes what it began: on Ctrl-C, and when a cluster cancels a job.

    Further signals are ignored meanwhile: a second Ctrl-C would leave the work half removed.
    """
    for each in _SIGNALS:
        signal.signal(each, _ignore)
    raise Stopped(number)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Ignore a signal in this process. Unlike `SIG_IGN`, child processes do not inherit it."""


class _Notes(logging.Handler):
    """Prints what the library logs as notes on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"note: {' '.join(record.getMessage().split())}", file=sys.stderr)


_NOTES = _Notes(logging.WARNING)
