"""The exception family. Every message says what is wrong, where it is, and what to do.

    IdeepScanError
    ├── InputError        a file or an option cannot be used
    │   ├── ContigMismatch   contig names or lengths of two files disagree
    │   └── MissingTrack     a file that a table or an option names is missing
    ├── SpecMismatch      a model and the features of a run do not fit together
    └── OutputError       a result cannot be written

`cli/app.py` prints the message and exits.
"""

from __future__ import annotations

from pathlib import Path


class IdeepScanError(Exception):
    """Base of all errors that a user can act on; `str(error)` is one line."""


class InputError(IdeepScanError):
    """A file or an option cannot be used.

    Parameters
    ----------
    message : str
        The fault and its remedy.
    path : str or Path or None
        The file at fault; None if the fault is not in a file.
    line : int or None
        The 1-based number of the line at fault; None if the fault is not in one line.

    Examples
    --------
    >>> str(InputError("has no bases; complete it", "genome.fa", 7))
    'genome.fa, line 7: has no bases; complete it'
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None):
        self.path = None if path is None else Path(path)
        self.line = line
        self.message = message
        location = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(f"{location}{message}")


class ContigMismatch(InputError):
    """Contig names or lengths of two files disagree."""


class MissingTrack(InputError):
    """A file that a table or an option names is missing or unreadable."""


class SpecMismatch(IdeepScanError):
    """A model and the features of a run do not fit together."""


class OutputError(IdeepScanError):
    """A result cannot be written."""


class Stopped(BaseException):
    """A signal ends the program. Only signal handlers raise it.

    Parameters
    ----------
    number : int
        Number of the signal.

    Attributes
    ----------
    state : str
        Text about the files that the program leaves behind. Code that leaves other files changes it.
    """

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number
        self.state = "nothing half-finished is left"
