"""Signals as an exception that unwinds the program, so that a job removes its unfinished files.

An exception that a signal handler raises can be lost: Python drops it within a finalizer or a callback of C code, and
within the import of a C++ library it ends the process. So the handler raises none during an import, and a timer calls
it again until the program unwinds.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

from ideep_scan.errors import Stopped

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REPEAT = 0.05  # seconds until the handler runs again
_IMPORTING = "<frozen importlib"


class StopHandler:
    """Handler of signals.

    Attributes
    ----------
    first : int or None
        Number of the first signal that arrived.
    """

    def __init__(self) -> None:
        self.first: int | None = None

    def listen(self) -> None:
        """Raise `Stopped` in the main thread when a signal arrives, on Ctrl-C or when a cluster cancels a job."""
        self.first = None
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # keep ignoring Ctrl-C in a background job of a shell
                signal.signal(number, self._handle)
        signal.signal(signal.SIGALRM, self._handle)

    def check(self) -> None:
        """Raise `Stopped` if a signal has arrived during an import."""
        if self.first is not None:
            raise Stopped(self.first)

    def end(self) -> None:
        """Ignore signals from now on: all output is written, and a signal would only add a traceback."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in (*SIGNALS, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """Unwind the program unless it unwinds already; a second Ctrl-C would interrupt the removal of files."""
        if self.first is None and number == signal.SIGALRM:
            return
        self.first = self.first or number
        signal.setitimer(signal.ITIMER_REAL, _REPEAT)
        if not _is_unwinding() and not _is_importing(frame):
            raise Stopped(self.first)


def _is_unwinding() -> bool:
    """Detect that `Stopped` passes through a `finally`, `except` or `with` block at this moment."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, Stopped):
        error = error.__context__
    return error is not None


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None and not frame.f_code.co_filename.startswith(_IMPORTING):
        frame = frame.f_back
    return frame is not None
