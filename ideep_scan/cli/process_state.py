"""Process-wide state of the program: standard streams, notes, signals and the memory of the C library."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ideep_scan.cli.signals import StopHandler
from ideep_scan.cli.streams import prepare_streams, say

_KEPT_MEMORY = 2**26  # freed bytes that a thread may keep; glibc itself adapts to this value
_LARGEST_BLOCK = 2**25  # bytes of the largest block that it keeps
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # parameters of glibc's mallopt


@contextmanager
def process_state() -> Iterator[StopHandler]:
    """Set what a command needs for the whole process, and undo it on leaving.

    Two settings stay, because the process ends: signals are ignored from then on, and `keep_memory` cannot be undone.

    Yields
    ------
    StopHandler
        The handler of signals.
    """
    prepare_streams()
    handler = _Notes(logging.WARNING)
    logger = logging.getLogger("ideep_scan")
    logger.addHandler(handler)
    keep_memory()
    stopping = StopHandler()
    stopping.listen()
    try:
        yield stopping
    finally:
        stopping.end()
        logger.removeHandler(handler)


def keep_memory() -> None:
    """Let the C library reuse the memory of a tile; zeroing fresh pages takes up to a fifth of the time."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_TRIM_THRESHOLD, _KEPT_MEMORY)
        mallopt(_MMAP_THRESHOLD, _LARGEST_BLOCK)


class _Notes(logging.Handler):
    """Print log records of the library as notes on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"note: {' '.join(record.getMessage().split())}", sys.stderr)
