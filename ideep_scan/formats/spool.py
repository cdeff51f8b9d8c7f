"""Copy inputs that can be read only once (standard input, pipes) to temporary files."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from ideep_scan.errors import IdeepScanError, InputError, OutputError
from ideep_scan.formats.text import exists, read_error

STANDARD_INPUT = "-"
_NAMES = {STANDARD_INPUT: "standard input"}  # names in messages


class Spool:
    """Temporary copies of pipes, removed when the context ends.

    An error that names a copy is changed to name the user's argument.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._arguments: dict[Path, str] = {}

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if isinstance(error, IdeepScanError):
            text = str(error)
            for path, argument in self._arguments.items():
                text = text.replace(str(path), _NAMES.get(argument, argument))
            error.args = (text, *error.args[1:])

    def path(self, argument: Path) -> Path:
        """Return a path that can be read repeatedly.

        Parameters
        ----------
        argument : Path
            Path of a file or a pipe; "-" for standard input.

        Returns
        -------
        Path
            The argument itself, or its temporary copy.

        Raises
        ------
        InputError
            Standard input is named twice, closed or empty, or a pipe cannot be read.
        OutputError
            The copy cannot be written.
        """
        standard = str(argument) == STANDARD_INPUT
        if not standard and not is_pipe(argument):
            return argument
        if str(argument) in self._arguments.values():
            raise InputError(f"{_NAMES.get(str(argument), argument)} can be read only once, but is given twice")
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ideep-scan-")))
        name = "standard_input" if standard else f"pipe_{argument.name}"
        copy = self._folder / name
        while copy in self._arguments:
            copy = copy.with_name(f"{copy.name}_")
        self._arguments[copy] = str(argument)
        self._fill(copy, 0 if standard else argument)
        if not copy.stat().st_size:
            raise InputError(f"{_NAMES.get(str(argument), argument)} is empty; pipe in some content")
        return copy

    def _fill(self, copy: Path, source: Path | int) -> None:
        try:
            reader = open(source, "rb", closefd=not isinstance(source, int))  # noqa: SIM115
        except OSError as error:
            raise read_error("standard input" if isinstance(source, int) else source, error) from error
        with reader:
            try:
                with copy.open("wb") as writer:
                    shutil.copyfileobj(reader, writer)
            except OSError as error:
                raise OutputError(
                    f"{copy}: cannot be written ({error.strerror}); set TMPDIR to a folder with more space"
                ) from error


def is_pipe(path: Path) -> bool:
    """Test whether a path is a pipe or a terminal.

    Parameters
    ----------
    path : Path
        The path, e.g. of a shell's process substitution.

    Returns
    -------
    bool
        True for a named pipe, a process substitution or a terminal.
    """
    if not exists(path):
        return False
    mode = os.stat(path).st_mode
    return stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and path.resolve().parent == Path("/dev/pts"))
