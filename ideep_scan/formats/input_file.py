"""Identity and digest of an input file, so that receipts state what was read. It does not parse the file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_error, require_file
from track_hubs.digest import digest_stream

Identity = tuple[int, int, int, int]


def identity(status: os.stat_result) -> Identity:
    """Return device, inode, size and time of modification (ns) of a file."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class InputFile:
    """A file as it was when the run opened it.

    Parameters
    ----------
    path : str or Path
        The file. Create the object before the file is read.

    Raises
    ------
    InputError
        The file is missing, empty, a folder or out of reach.
    """

    def __init__(self, path: str | Path):
        self.path = require_file(path)
        self.identity = identity(self._status())
        self._digest = ""
        self._lock = Lock()

    def check(self, descriptor: int | None = None) -> None:
        """Raise InputError if the file was replaced or overwritten since it was opened.

        Parameters
        ----------
        descriptor : int, optional
            Check this open file instead of the file that the path names now.
        """
        if identity(self._status(descriptor)) != self.identity:
            raise self._changed()

    def digest(self, is_stopped: Callable[[], bool] = lambda: False) -> str:
        """Return the digest of the bytes (see `formats.digest`). It is computed once; threads may share the object.

        Parameters
        ----------
        is_stopped : callable, optional
            Asked every few MiB. If it returns True, the digest is abandoned and the result is empty.

        Raises
        ------
        InputError
            The file cannot be read, or was replaced or overwritten since it was opened.
        """
        with self._lock:
            if not self._digest:
                try:
                    with open(self.path, "rb") as handle:
                        self.check(handle.fileno())
                        value = digest_stream(handle, is_stopped)
                        self.check(handle.fileno())
                except FileNotFoundError as error:
                    raise self._changed() from error
                except OSError as error:
                    raise read_error(self.path, error) from error
                self._digest = value
            return self._digest

    def copy(self, target: Path) -> None:
        """Copy the bytes. Raises InputError if the file was replaced or overwritten since it was opened."""
        shutil.copyfile(self.path, target)
        self.check()

    def receipt(self) -> dict[str, Any]:
        """Return file name, digest and identity as JSON values."""
        device, inode, size, modified = self.identity
        return {
            "name": self.path.name,
            "digest": self.digest(),
            "device": device,
            "inode": inode,
            "size": size,
            "mtime_ns": modified,
        }

    def _status(self, descriptor: int | None = None) -> os.stat_result:
        try:
            return os.stat(self.path if descriptor is None else descriptor)
        except FileNotFoundError as error:
            raise self._changed() from error
        except OSError as error:
            raise read_error(self.path, error) from error

    def _changed(self) -> InputError:
        return InputError(
            "was replaced, overwritten or removed while it was being read; start again when the file is final",
            self.path,
        )
