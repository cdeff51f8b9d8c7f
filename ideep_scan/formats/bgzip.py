"""Recognise bgzip files and check that they are complete."""

from __future__ import annotations

from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.deflate import BGZIP_END


def is_bgzip(path: Path) -> bool:
    """Test whether a gzip file is bgzip: each block has its size in an extra field named BC.

    Parameters
    ----------
    path : Path
        A gzip file.

    Returns
    -------
    bool
        False for gzip of another kind.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as handle:
        return handle.read(16)[12:14] == b"BC"


def check_last_block(path: Path) -> None:
    """Check that a bgzip file is not truncated.

    Parameters
    ----------
    path : Path
        A bgzip file.

    Raises
    ------
    InputError
        It lacks the empty block that ends every bgzip file.
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as handle:
        handle.seek(-min(len(BGZIP_END), path.stat().st_size), 2)
        if handle.read() != BGZIP_END:
            raise InputError("the bgzip file is truncated; copy or download it again", path)
