"""Standard streams that never fail a finished run, even if they are closed, full or not UTF-8."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from ideep_scan.errors import InputError

_NAMES = ("stdin", "stdout", "stderr")
_closed: set[str] = set()


def prepare_streams() -> None:
    """Make standard output and standard error accept any text, even if the shell has closed them.

    If file names are not UTF-8 (LC_ALL=POSIX), the program restarts itself in Python's UTF-8 mode.
    The libraries that read bigWig and bigBed accept UTF-8 only.
    """
    if sys.executable and not sys.flags.utf8_mode and codecs.lookup(sys.getfilesystemencoding()).name != "utf-8":
        os.environ["PYTHONUTF8"] = "1"  # for child processes
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    _closed.clear()
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError:  # otherwise the next opened file gets this number and receives the printed text
            _closed.add(name)
            os.open(os.devnull, os.O_RDWR)
    for name in _NAMES[1:]:
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def open_output_stream() -> Iterator[TextIO]:
    """Open standard output for results, as a separate UTF-8 stream.

    On a full disk, Python would otherwise try to write the buffer of `sys.stdout` again at exit.

    Yields
    ------
    TextIO
        The stream; closing it leaves standard output open.

    Raises
    ------
    InputError
        Standard output is closed.
    """
    if "stdout" in _closed:
        raise InputError("standard output is closed, and the table would go there: give a file (-o TSV)")
    stream = open(sys.stdout.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    try:
        yield stream
    finally:
        with suppress(OSError):
            stream.close()


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line about the progress of work; stop printing to a stream that fails.

    Parameters
    ----------
    text : str
        The line.
    stream : TextIO, optional
        Standard output by default.
    """
    stream = sys.stdout if stream is None else stream
    try:
        stream.write(f"{printable(text)}\n")  # in one piece: a signal between text and line end would join two lines
        stream.flush()
    except (OSError, ValueError):  # its reader has ended, its disk is full, or it is closed
        _silence(stream)


def printable(text: str) -> str:
    """Escape control characters, line breaks and bytes that are not text, so that a line stays one line."""
    return "".join(map(_escape, text))


def _escape(letter: str) -> str:
    if letter.isprintable() or letter == "\t":
        return letter
    return letter.encode("unicode_escape").decode("ascii")


def _silence(stream: TextIO) -> None:
    """Redirect a stream to the null device; otherwise Python retries at exit and changes the exit code."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, number)
    os.close(null)
