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
_NAMES = {STANDARD_INPUT: "standard input"}  # what messages call them


class Spool:
    """Files in the place of pipes, a context manager: they go at its end.

    An error that names a file of the spool is made to name what the user gave.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._given: dict[Path, str] = {}

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if isinstance(error, IdeepScanError):
            text = str(error)
            for path, given in self._given.items():
                text = text.replace(str(path), _NAMES.get(given, given))
            error.args = (text, *error.args[1:])

    def path(self, given: Path) -> Path:
        """Return the path of a file that can be read again and again: `given` itself, or its copy.

        Raises
        ------
        InputError : standard input is named twice, is closed or empty, or a pipe cannot be read.
        OutputError : the copy cannot be written.
        """
        standard = str(given) == STANDARD_INPUT
        if not standard and not is_pipe(given):
            return given
        if str(given) in self._given.values():
            raise InputError(f"{_NAMES.get(str(given), given)} can be read once, and is given twice")
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ideep-scan-")))
        name = "standard_input" if standard else f"pipe_{given.name}"
        copy = self._folder / name
        while copy in self._given:
            copy = copy.with_name(f"{copy.name}_")
        self._given[copy] = str(given)
        self._fill(copy, 0 if standard else given)
        if not copy.stat().st_size:
            raise InputError(f"{_NAMES.get(str(given), given)} is empty: nothing was piped in")
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
    """Whether a path is a named pipe, one of a shell's process substitution, or a terminal."""
    if not exists(path):
        return False
    mode = os.stat(path).st_mode
    return stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and path.resolve().parent == Path("/dev/pts"))
