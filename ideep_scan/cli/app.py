"""The program: the one place that prints errors and exits. It loads the commands once signals are heard."""

from __future__ import annotations

import logging
import sys

from ideep_scan.cli.signals import Stopping
from ideep_scan.cli.streams import prepare_streams, say
from ideep_scan.errors import IdeepScanError, Stopped


def main() -> None:
    """Run the program and exit.

    Exit codes: 0, all that was promised is written; 2, wrong input, told in one line; 128 + N, stopped by signal N.
    """
    prepare_streams()
    logging.getLogger("ideep_scan").addHandler(_NOTES)
    stopping = Stopping()
    stopping.listen()
    try:
        from ideep_scan.cli.commands import run_command

        stopping.check()
        sys.exit(run_command())
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
        stopping.end()


def _print_error(message: str) -> None:
    say(f"ideep-scan: {' '.join(message.split())}", sys.stderr)


class _Notes(logging.Handler):
    """Prints what the library logs as notes on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"note: {' '.join(record.getMessage().split())}", sys.stderr)


_NOTES = _Notes(logging.WARNING)
