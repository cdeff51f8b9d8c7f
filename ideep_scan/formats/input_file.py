"""Identity and digest of an input file, so that receipts state which bytes were read."""

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


def identify(status: os.stat_result) -> Identity:
    """Return the identity of a file.

    Parameters
    ----------
    status : os.stat_result
        Status of the file.

    Returns
    -------
    tuple[int, int, int, int]
        Device, inode, size in bytes and time of modification in ns.
    """
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class InputFile:
    """A file at the time the run opened it.

    Parameters
    ----------
    path : str or Path
        The file. Create the object before the file is read.

    Attributes
    ----------
    path : Path
        The file.
    identity : tuple[int, int, int, int]
        Its identity when the object was created.

    Raises
    ------
    InputError
        The file is missing, empty, a folder or unreadable.
    """

    def __init__(self, path: str | Path):
        self.path = require_file(path)
        self.identity = identify(self._status())
        self._digest = ""
        self._lock = Lock()

    def check(self, descriptor: int | None = None) -> None:
        """Check that the file was not replaced or overwritten since it was opened.

        Parameters
        ----------
        descriptor : int or None
            Check this open file. None checks the file that the path names now.

        Raises
        ------
        InputError
            The file changed.
        """
        if identify(self._status(descriptor)) != self.identity:
            raise self._change_error()

    def digest(self, is_stopped: Callable[[], bool] = lambda: False) -> str:
        """Compute the digest of the bytes once (`track_hubs.digest`). Threads may share the object.

        Parameters
        ----------
        is_stopped : Callable[[], bool]
            Called every 4 MiB. If it returns True, the digest is abandoned.

        Returns
        -------
        str
            The digest. Empty if it was abandoned.

        Raises
        ------
        InputError
            The file is unreadable, or was replaced or overwritten since it was opened.
        """
        with self._lock:
            if not self._digest:
                try:
                    with open(self.path, "rb") as handle:
                        self.check(handle.fileno())
                        value = digest_stream(handle, is_stopped)
                        self.check(handle.fileno())
                except FileNotFoundError as error:
                    raise self._change_error() from error
                except OSError as error:
                    raise read_error(self.path, error) from error
                self._digest = value
            return self._digest

    def copy(self, target: Path) -> None:
        """Copy the bytes.

        Parameters
        ----------
        target : Path
            The copy.

        Raises
        ------
        InputError
            The file was replaced or overwritten since it was opened.
        """
        shutil.copyfile(self.path, target)
        self.check()

    def receipt(self) -> dict[str, Any]:
        """Describe the file as JSON values.

        Returns
        -------
        dict[str, Any]
            File name, digest and size. A copy of the file has the same.
        """
        return {"name": self.path.name, "digest": self.digest(), "size": self.identity[2]}

    def location(self) -> dict[str, Any]:
        """Describe the place of the file on this machine as JSON values.

        Returns
        -------
        dict[str, Any]
            Absolute path and identity.
        """
        device, inode, _, modified = self.identity
        return {"path": os.path.abspath(self.path), "device": device, "inode": inode, "mtime_ns": modified}

    def _status(self, descriptor: int | None = None) -> os.stat_result:
        try:
            return os.stat(self.path if descriptor is None else descriptor)
        except FileNotFoundError as error:
            raise self._change_error() from error
        except OSError as error:
            raise read_error(self.path, error) from error

    def _change_error(self) -> InputError:
        return InputError(
            "was replaced, overwritten or removed while it was being read; run again when the file no longer changes",
            self.path,
        )
