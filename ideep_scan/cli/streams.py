"""Standard streams that never turn a finished run into a failure: closed, full, or of another encoding than UTF-8."""

from __future__ import annotations

import codecs
import os
import sys
from typing import TextIO

from ideep_scan.errors import InputError

_NAMES = ("stdin", "stdout", "stderr")
_closed: set[str] = set()


def prepare_streams() -> None:
    """Make standard output and standard error take any text, also where the shell has closed them.

    Where file names are not UTF-8 (LC_ALL=POSIX), the program starts itself again in Python's UTF-8 mode: the libraries
    that read bigWig and bigBed take UTF-8 alone.
    """
    if sys.executable and not sys.flags.utf8_mode and codecs.lookup(sys.getfilesystemencoding()).name != "utf-8":
        os.environ["PYTHONUTF8"] = "1"  # for child processes
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    _closed.clear()
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError:  # or the next file that is opened gets the number, and what is printed goes into it
            _closed.add(name)
            os.open(os.devnull, os.O_RDWR)
    for name in _NAMES[1:]:
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def table_stream() -> TextIO:
    """Open standard output for a table: a stream of its own, UTF-8.

    Raises
    ------
    InputError : standard output is closed.
    """
    if "stdout" in _closed:
        raise InputError("standard output is closed, and the table would go there: give a file (-o TSV)")
    return open(sys.stdout.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line that reports on work; a stream that does not take it is given up.

    Parameters
    ----------
    stream : TextIO or None
        None = standard output.
    """
    stream = sys.stdout if stream is None else stream
    try:
        print(printable(text), file=stream, flush=True)
    except (OSError, ValueError):  # its reader is gone, its disk is full, or it is closed
        _give_up(stream)


def printable(text: str) -> str:
    """Show control characters, line breaks and bytes that are no text as escapes, so that a line stays one line."""
    return "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter.isprintable() or letter == "\t":
        return letter
    return letter.encode("unicode_escape").decode("ascii")


def _give_up(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, or Python tries once more at its end and changes the exit code."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
