"""Digest of an input file, as receipts state it."""

from __future__ import annotations

from pathlib import Path

from ideep_scan.formats.text import read_error, require_file
from track_hubs.digest import digest_stream


def digest(path: str | Path) -> str:
    """Compute the digest of a whole file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    str
        As `track_hubs.digest.digest_stream` returns it.

    Raises
    ------
    InputError
        The file is missing, a folder, empty or unreadable.
    """
    path = require_file(path)
    try:
        with open(path, "rb") as file:
            return digest_stream(file)
    except OSError as error:
        raise read_error(path, error) from error
