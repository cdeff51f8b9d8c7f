"""Digest a run's input files while it scans, and check at its end that they are the files that it read."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from types import TracebackType
from typing import Any

from ideep_scan.formats.input_file import InputFile
from ideep_scan.process import ThreadPool


class InputReceipts:
    """The input files of a run; a context manager that computes their digests in a background thread.

    Parameters
    ----------
    files : mapping of str to InputFile
        Each input by its role ("fasta", "annotation"). The objects were made before the files were read.

    Attributes
    ----------
    files : dict of str to InputFile
        The same files.
    """

    def __init__(self, files: Mapping[str, InputFile]):
        self.files = dict(files)
        self._stop = Event()
        self._pool = ThreadPool(1, "digest")

    def __enter__(self) -> InputReceipts:
        self._digests = [self._pool.submit(file.digest, self._stop.is_set) for file in self.files.values()]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    @property
    def are_digested(self) -> bool:
        """Tell whether the digests of all files are known."""
        return all(digest.done() for digest in self._digests)

    def check(self) -> None:
        """Raise InputError if a file was replaced, overwritten or removed since it was opened."""
        check_unchanged(self.files)

    def digests(self) -> dict[str, dict[str, str]]:
        """Return name and digest of each input by its role, once they are known.

        Raises
        ------
        InputError
            A file was replaced, overwritten or removed since it was opened.
        """
        for digest in self._digests:
            digest.result()
        return {role: {"name": file.path.name, "digest": file.digest()} for role, file in self.files.items()}

    def receipts(self) -> dict[str, Any]:
        """Return name, digest and size of each input by its role, as JSON values.

        Raises
        ------
        InputError
            A file was replaced, overwritten or removed since it was opened.
        """
        check_unchanged(self.files)
        for digest in self._digests:
            digest.result()
        check_unchanged(self.files)
        return {role: file.receipt() for role, file in self.files.items()}


def check_unchanged(files: Mapping[str, InputFile]) -> None:
    """Raise InputError if one of the files was replaced, overwritten or removed since it was opened."""
    for file in files.values():
        file.check()


def locate_inputs(files: Mapping[str, InputFile]) -> dict[str, Any]:
    """Return path and identity of each file by its role, as JSON values for the log of a run."""
    return {role: file.location() for role, file in files.items()}
