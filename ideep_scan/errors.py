"""The exception family. Every message says what is wrong, where, and what to do.

It does not print or exit: `cli/app.py` alone does that.

    IdeepScanError
    ├── InputError        a file or an option that cannot be used as given
    │   ├── ContigMismatch   contig names or lengths of two files disagree
    │   └── MissingTrack     a file that a table or an option names is not there
    ├── SpecMismatch      a bundle and the features at hand do not belong together
    └── OutputError       a result cannot be written
"""

from __future__ import annotations

from pathlib import Path


class IdeepScanError(Exception):
    """Base of all errors that a user can act on; `str(error)` is one line."""


class InputError(IdeepScanError):
    """A file or an option that cannot be used as given.

    Parameters
    ----------
    message : what is wrong and what to do about it.
    path : the file at fault, if it is a file.
    line : its 1-based line number, if it is one line.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None):
        self.path = None if path is None else Path(path)
        self.line = line
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(f"{where}{message}")


class ContigMismatch(InputError):
    """Contig names or lengths of two files disagree."""


class MissingTrack(InputError):
    """A file that a table or an option names is not there or cannot be read."""


class SpecMismatch(IdeepScanError):
    """A bundle and the features at hand do not belong together."""


class OutputError(IdeepScanError):
    """A result cannot be written."""


class Stopped(BaseException):
    """A signal ends the program. No part of the library raises it; whoever handles signals does.

    Attributes
    ----------
    number : int
        The signal.
    state : str
        What the program leaves behind. A folder that is being written changes it where the default is not true.
    """

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number
        self.state = "nothing half-finished is left"
