"""Files that appear under their final name only when they are whole. It knows no format."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from ideep_scan.errors import OutputError
from track_hubs import atomic_file

_LEVEL = 4  # of gzip: 6 takes four times as long for a table of sites, and makes it 4 % smaller
_BUFFERED = 1 << 16


class AtomicFile:
    """A file being written: `part` until `commit`, its final name afterwards, nothing at all when something goes wrong.

    It is on the disk, not only in the system's memory, before it has its final name.

    As a context manager it commits at the end of the block, and removes the part when the block raises; an `OSError` of
    the block becomes an `OutputError` that names the file. Folders on the way to the file are made.

    Parameters
    ----------
    path : the final name.
    suffix : what the name of the part has more, for libraries that go by the name of a file.

    Raises
    ------
    OutputError : the folder cannot be made, or the file cannot be written or renamed.
    """

    def __init__(self, path: str | Path, suffix: str = ".part"):
        self.path = Path(path)
        self.part = atomic_file.temporary_name(self.path, suffix)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.refused(error) from error

    def commit(self) -> None:
        """Give the finished part its final name."""
        try:
            atomic_file.replace(self.part, self.path)
        except OSError as error:
            self.discard()
            raise self.refused(error) from error

    def discard(self) -> None:
        """Remove what was written."""
        self.part.unlink(missing_ok=True)

    def refused(self, error: OSError) -> OutputError:
        """The error to raise in the place of what the operating system said."""
        reason = error.strerror or str(error) or "unknown reason"
        return OutputError(f"{self.path}: cannot be written ({reason}); check free space and permissions of its folder")

    def __enter__(self) -> Path:
        return self.part

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.commit()
            return
        self.discard()
        if isinstance(error, OSError):
            raise self.refused(error) from error


@contextmanager
def reproducible_gzip(path: Path) -> Iterator[IO[bytes]]:
    """gzip without name and time, so that equal contents give equal files."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=raw, mtime=0) as packed,
        io.BufferedWriter(cast(io.RawIOBase, packed), _BUFFERED) as buffered,
    ):
        yield buffered
