"""Read the lines of a plain or gzipped text file. Each way it can be unreadable is an error of its own."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from ideep_scan.errors import InputError
from ideep_scan.formats.foreign_content import name_binary_format, refuse_foreign_content
from ideep_scan.records.exclusions import Exclusions
from track_hubs import gzip_file

_HEAD_BYTES = 4096
_ADDRESS = re.compile(r"(https?|ftp|s3|gs):/")  # a Path has one slash here
_REMEDY = "copy or download it again"


def exists(path: str | Path) -> bool:
    """Test whether a path names a file or folder.

    Parameters
    ----------
    path : str or Path
        The path. It may hold characters that no file name can have.

    Returns
    -------
    bool
        False also if the path cannot be looked up.
    """
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def require_file(path: str | Path) -> Path:
    """Check that a path is a regular file that is not empty.

    Parameters
    ----------
    path : str or Path
        The path.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    InputError
        It is missing, a folder, not a regular file, empty or unreadable.
    """
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        if _ADDRESS.match(str(path)):
            raise InputError("is an address; download the file first", path) from None
        raise InputError("no such file; check the path", path) from None
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError:  # the name holds a NUL character
        raise InputError("no file can have this name; check the path", repr(str(path))) from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError("is a folder; name a file", path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is not a regular file; save it to disk first (it is read more than once)", path)
    if status.st_size == 0:
        raise InputError(f"is empty; {_REMEDY}", path)
    return Path(path)


def read_error(path: str | Path, error: OSError) -> InputError:
    """Make the error for a file that the system cannot read.

    Parameters
    ----------
    path : str or Path
        The file.
    error : OSError
        The system's error.

    Returns
    -------
    InputError
        The error to raise.
    """
    return InputError(f"cannot be read ({error.strerror or error}); check the file and its permissions", path)


def is_gzip(path: Path) -> bool:
    """Test whether a file begins as gzip does, whatever its name.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        True for gzip and bgzip.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        return gzip_file.is_gzip(path)
    except OSError as error:
        raise read_error(path, error) from error


def read_lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """Read the lines of a text file, plain or gzipped.

    Parameters
    ----------
    path : str or Path
        The file. Lines end with LF, CRLF or CR.

    Yields
    ------
    number : int
        1-based number of the line.
    line : str
        The line without its end. Bytes that are not UTF-8 become U+FFFD. A byte order mark is removed.

    Raises
    ------
    InputError
        The file is missing, empty, a folder, binary, or a gzip file that is truncated or damaged.
    """
    number = 0
    with (
        open_text(path, lambda: number) as handle,
        io.TextIOWrapper(handle, encoding="utf-8-sig", errors="replace") as text,
    ):
        for number, line in enumerate(text, 1):
            yield number, line.rstrip("\n")


@contextmanager
def open_text(path: str | Path, line: Callable[[], int]) -> Iterator[io.BufferedReader]:
    """Open a text file, plain or gzipped, for reading its uncompressed bytes.

    Parameters
    ----------
    path : str or Path
        The file.
    line : callable
        Return the 1-based number of the line that was read last, for errors; 0 before the first.

    Yields
    ------
    BufferedReader
        The bytes.

    Raises
    ------
    InputError
        The file is missing, empty, a folder, binary, or a gzip file that is truncated or damaged.
    """
    path = require_file(path)
    try:
        with _open_binary(path) as handle:
            head = handle.peek(_HEAD_BYTES)[:_HEAD_BYTES]
            if not head:
                raise InputError(f"holds nothing; {_REMEDY}", path)
            refuse_foreign_content(head, path)
            if b"\0" in head:
                raise InputError(f"is {name_binary_format(head)}; give a text file, plain or gzipped", path)
            yield handle
    except EOFError:
        raise InputError(f"the gzip file is truncated; {_REMEDY}", path, line() or None) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"the gzip file is damaged ({error}); {_REMEDY}", path, line() or None) from error
    except OSError as error:
        raise read_error(path, error) from error


def check_end(path: Path, number: int, exclusions: Exclusions) -> None:
    """Check that a text file does not end inside a line.

    Only a last line that is excluded as unusable is suspect.

    Parameters
    ----------
    path : Path
        The file.
    number : int
        Number of its last line.
    exclusions : Exclusions
        The records that cannot be used.

    Raises
    ------
    InputError
        The last line cannot be used and has no line end.
    """
    if exclusions.last_line != number:
        return
    with _open_binary(path) as handle:
        last = b""
        while chunk := handle.read(1 << 20):
            last = chunk[-1:]
    if last not in (b"\n", b"\r"):
        raise InputError(f"the last line is cut off; {_REMEDY}", path, number)


def _open_binary(path: Path) -> io.BufferedReader:
    """Open a file for reading its uncompressed bytes. The caller closes it."""
    return cast(io.BufferedReader, gzip.open(path, "rb")) if is_gzip(path) else open(path, "rb")


def read_table_rows(path: str | Path, columns: tuple[str, ...], fault: str = "") -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a tab-separated table with a header.

    Blank lines and lines that begin with # are skipped.

    Parameters
    ----------
    path : str or Path
        The table, plain or gzipped.
    columns : tuple[str, ...]
        Names of the columns that the header must have.
    fault : str
        First words of the error if the header differs.

    Yields
    ------
    number : int
        1-based number of the line.
    fields : list[str]
        Fields of the row. Their number is not checked.

    Raises
    ------
    InputError
        The header differs from `columns`, or the file cannot be read as text.
    """
    lines = ((number, line.split("\t")) for number, line in read_lines(path) if line.strip() and line[0] != "#")
    for number, fields in lines:
        if tuple(fields) != columns:
            raise InputError(f"{fault}its header must be {' '.join(columns)}, tab-separated", path, number)
        break
    yield from lines
