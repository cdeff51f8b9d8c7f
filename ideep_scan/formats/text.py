"""Lines of a text file, plain or gzipped, with every way of not being one told apart. It does not know any format."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from ideep_scan.errors import InputError
from ideep_scan.records.exclusions import Exclusions

GZIP_MAGIC = b"\x1f\x8b"
_SNIFFED = 4096
_RECOPY = "copy or download it again"


def exists(path: str | Path) -> bool:
    """Whether something of this name is there; a name that no file can have is not there."""
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def require_file(path: str | Path) -> Path:
    """The path, if it is a file with something in it.

    Raises
    ------
    InputError : missing, a folder, not a regular file, empty, or out of reach.
    """
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError("no such file; check the path", path) from None
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError:  # a NUL character in the name
        raise InputError("no file can have this name; check the path", repr(str(path))) from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError("is a folder; name a file", path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is not a regular file; save it to disk first (it is read more than once)", path)
    if status.st_size == 0:
        raise InputError(f"is empty; {_RECOPY}", path)
    return Path(path)


def read_error(path: str | Path, error: OSError) -> InputError:
    """The error of a file that the system refuses to read."""
    return InputError(f"cannot be read ({error.strerror or error}); check the file and its permissions", path)


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip does, whatever it is called."""
    try:
        with open(path, "rb") as handle:
            return handle.read(2) == GZIP_MAGIC
    except OSError as error:
        raise read_error(path, error) from error


def read_lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """Lines of a text file with their 1-based numbers, without line ends (LF, CRLF or CR).

    Yields
    ------
    (number, line) : bytes that are not UTF-8 become U+FFFD; a byte order mark is left out.

    Raises
    ------
    InputError : missing, empty, a folder, binary, or a gzip file that is truncated or damaged.
    """
    path = require_file(path)
    number = 0
    try:
        with _opened(path) as handle:
            head = handle.peek(_SNIFFED)[:_SNIFFED]
            if not head:
                raise InputError(f"holds nothing; {_RECOPY}", path)
            if b"\0" in head:
                raise InputError("is a binary file; a text file (plain or gzipped) is needed", path)
            with io.TextIOWrapper(handle, encoding="utf-8-sig", errors="replace") as text:
                for number, line in enumerate(text, 1):
                    yield number, line.rstrip("\n")
    except EOFError:
        raise InputError(f"the gzip file is truncated; {_RECOPY}", path, number or None) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"the gzip file is damaged ({error}); {_RECOPY}", path, number or None) from error
    except OSError as error:
        raise read_error(path, error) from error


def check_end(path: Path, number: int, exclusions: Exclusions) -> None:
    """Check that a text file does not end inside a line.

    Parameters
    ----------
    number : int
        Its last line.
    exclusions : Exclusions
        The records that cannot be used. Only a last line among them is suspect.

    Raises
    ------
    InputError
        The last line cannot be used and has no line end.
    """
    if exclusions.last_line != number:
        return
    with _opened(path) as handle:
        last = b""
        while chunk := handle.read(1 << 20):
            last = chunk[-1:]
    if last not in (b"\n", b"\r"):
        raise InputError(f"the last line is cut off; {_RECOPY}", path, number)


def _opened(path: Path) -> io.BufferedReader:
    """The unpacked bytes of a file; the caller closes it."""
    return cast(io.BufferedReader, gzip.open(path, "rb")) if is_gzip(path) else open(path, "rb")


def table_rows(path: str | Path, columns: tuple[str, ...], otherwise: str = "") -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row behind the header of a tab-separated table; blank and '#' lines are left out.

    Parameters
    ----------
    otherwise : what the error says first where the header is another one.

    Raises
    ------
    InputError : another header than `columns`; and whatever keeps the file from being read.
    """
    lines = ((number, line.split("\t")) for number, line in read_lines(path) if line.strip() and line[0] != "#")
    for number, fields in lines:
        if tuple(fields) != columns:
            raise InputError(f"{otherwise}its header must be {' '.join(columns)}, tab-separated", path, number)
        break
    yield from lines
