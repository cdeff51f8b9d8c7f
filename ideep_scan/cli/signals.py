"""Signals as an exception that unwinds the program, so that a job removes its unfinished files.

An exception that a signal handler raises can be lost: Python drops it within a finalizer or a callback of C code, and
within the import of a C++ library it ends the process. So the handler raises none during an import, and a timer calls
it again until the program unwinds.

Python calls the handler between two instructions of the main thread, which can be far apart. So a thread of its own
ends the process if it has not ended a moment after the signal.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ideep_scan.errors import Stopped
from ideep_scan.process import STOP_SIGNALS, stopping

_REPEAT = 0.05  # seconds until the handler runs again
_PATIENCE = 1.8  # seconds from a signal to the end of the process, which a busy machine may delay by another second
_IMPORTING = "<frozen importlib"
_RESUMABLE = ("genome", "transcripts")  # commands with --resume


class StopHandler:
    """Handler of signals.

    Attributes
    ----------
    first : int or None
        Number of the first signal that arrived.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._alarm: int | None = None  # a pipe into which the system writes the number of each signal

    def listen(self) -> None:
        """Raise `Stopped` in the main thread when a signal arrives, on Ctrl-C or when a cluster cancels a job."""
        self.first = None
        stopping.clear()
        reader, self._alarm = os.pipe()
        os.set_blocking(self._alarm, False)
        signal.set_wakeup_fd(self._alarm, warn_on_full_buffer=False)
        with suppress(RuntimeError):  # no thread can be started: the main thread alone answers
            threading.Thread(target=self._watch, args=(reader,), name="signals", daemon=True).start()
        for number in STOP_SIGNALS:
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
        for number in (*STOP_SIGNALS, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        stopping.clear()
        if self._alarm is not None:
            signal.set_wakeup_fd(-1)
            os.close(self._alarm)
            self._alarm = None

    def leave(self) -> NoReturn:
        """End the process after `Stopped`, without waiting for threads that still compute."""
        assert self.first is not None
        _kill_children()
        atexit._run_exitfuncs()
        _flush()
        os._exit(128 + self.first)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """Unwind the program unless it unwinds already; a second Ctrl-C would interrupt the removal of files."""
        if self.first is None and number == signal.SIGALRM:
            return
        self.first = self.first or number
        stopping.set()
        signal.setitimer(signal.ITIMER_REAL, _REPEAT)
        if not _is_unwinding() and not _is_importing(frame):
            raise Stopped(self.first)

    def _watch(self, reader: int) -> None:
        """Wait for a signal in a thread, then end the process if the main thread does not.

        Signals that another part handles, such as the publication of a run, are left to it.
        """
        with open(reader, "rb", buffering=0) as numbers:
            while number := numbers.read(1):
                if number[0] in STOP_SIGNALS and signal.getsignal(number[0]) == self._handle:
                    time.sleep(_PATIENCE)
                    if self._alarm is not None:
                        _kill_children()
                        os.write(2, _describe_rest(sys.argv).encode())
                        os._exit(128 + (self.first or number[0]))


def _describe_rest(arguments: list[str]) -> str:
    """Say what becomes of files that a process leaves which ends at once."""
    goes_on = "goes on (--resume) or " if arguments[1:2] and arguments[1] in _RESUMABLE else ""
    return f"ideep-scan: stopped; the next run in the same folder {goes_on}removes what is left\n"


def _kill_children() -> None:
    """Kill the processes that this one has started, also those that another thread starts at this moment."""
    tracker = getattr(sys.modules.get("multiprocessing.resource_tracker"), "_resource_tracker", None)
    kept = getattr(tracker, "_pid", None)  # it removes semaphores, then ends by itself
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                if child != kept:
                    os.kill(child, signal.SIGKILL)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


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
