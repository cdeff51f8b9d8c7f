"""Output files that get their final name only when they are complete.

`track_hubs/atomic_file.py` makes the temporary name and the rename; here errors become an `OutputError`.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from ideep_scan.errors import OutputError
from track_hubs import atomic_file


class AtomicFile:
    """Write to a temporary file in the same folder, and rename it when it is complete.

    `commit` flushes the file to the disk before it renames it.
    As a context manager, the object yields the temporary path and commits at the end of the block.
    If the block raises, the temporary file is removed, and an `OSError` becomes an `OutputError`.

    Parameters
    ----------
    path : str or Path
        The final name. Missing folders are made.
    suffix : str
        Suffix of the temporary name, for libraries that choose a format by it.

    Attributes
    ----------
    path : Path
        The final name.
    part : Path
        The temporary name.

    Raises
    ------
    OutputError
        The folder cannot be made, or the file cannot be written or renamed.
        Or the name is that of a device or a pipe, which the rename would replace.
    """

    def __init__(self, path: str | Path, suffix: str = ".part"):
        self.path = Path(path)
        if self.path.exists() and not (self.path.is_file() or self.path.is_dir()):
            raise OutputError(f"{self.path}: is a device or a pipe, not a file; name a file")
        self.part = atomic_file.temporary_name(self.path, suffix)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.write_error(error) from error

    def commit(self) -> None:
        """Rename the temporary file to its final name."""
        try:
            atomic_file.replace(self.part, self.path)
        except OSError as error:
            self.discard()
            raise self.write_error(error) from error

    def discard(self) -> None:
        """Remove the temporary file."""
        self.part.unlink(missing_ok=True)

    def write_error(self, error: OSError) -> OutputError:
        """Make the error that names the file and the system's reason."""
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
            raise self.write_error(error) from error
