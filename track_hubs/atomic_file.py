"""Write a file that has its final name only when it is complete: temporary file, fsync, atomic rename."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

_NO_FSYNC = {
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
}  # raised by some network and FUSE file systems


def temporary_name(path: Path, suffix: str = ".part") -> Path:
    """Return a name in the same folder that no other process uses."""
    return path.with_name(f".{token_hex(4)}.{path.name}{suffix}")


def sync(path: Path) -> None:
    """Flush a file or a folder to the disk. Do nothing on file systems without fsync."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
    finally:
        os.close(number)


def replace(temporary: Path, path: Path) -> None:
    """Flush a complete temporary file and rename it to its final name, in the same folder."""
    sync(temporary)
    os.replace(temporary, path)
    sync(path.parent)


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield the name of a temporary file; rename it at the end of the block, remove it if the block raises.

    Parameters
    ----------
    path : Path
        The final name. Missing folders are created.

    Raises
    ------
    OSError
        The file cannot be written or renamed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(path)
    try:
        yield temporary
        replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
