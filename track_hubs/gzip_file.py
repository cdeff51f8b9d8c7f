"""Recognise gzip files by their first bytes."""

from __future__ import annotations

from pathlib import Path

_MAGIC = b"\x1f\x8b"  # RFC 1952, section 2.3.1


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
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
