"""The program: the one place that prints errors and exits. It loads the commands once it listens to signals."""

from __future__ import annotations

import sys

from ideep_scan.cli.process_state import process_state
from ideep_scan.cli.shortages import explain_shortage
from ideep_scan.cli.streams import say
from ideep_scan.errors import IdeepScanError, Stopped


def main() -> None:
    """Run the program and exit.

    Exit codes: 0 if all results are written, 2 for unusable input, 128 + N if signal N stopped the program.
    """
    with process_state() as stopping:
        try:
            from ideep_scan.cli.commands import run_command

            stopping.check()
            sys.exit(run_command())
        except Stopped as stopped:
            _print_error(f"stopped; {stopped.state}")
            stopping.leave()
        except IdeepScanError as error:
            _print_error(str(error))
            sys.exit(2)
        except OSError as error:  # an error that no room of files expects, such as a full disk behind standard output
            place = error.filename or "standard output"
            _print_error(f"{place}: {error.strerror or error}: make room or choose another place")
            sys.stdout = None  # otherwise Python tries to empty its buffer again and prints an error
            sys.exit(2)
        except (MemoryError, ImportError, RuntimeError) as error:
            shortage = explain_shortage(error)
            if shortage is None:
                raise
            _print_error(shortage)
            sys.exit(2)


def _print_error(message: str) -> None:
    say(f"ideep-scan: {' '.join(message.split())}", sys.stderr)
