"""Recognise bgzip files, check that they are complete, and make them from gzip files."""

from __future__ import annotations

from pathlib import Path

from isal import igzip

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.deflate import BGZIP_BYTES, BGZIP_END, compress_bgzip_block


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


def convert_to_bgzip(source: Path, target: Path) -> None:
    """Compress a gzip file as bgzip, so that any place of it can be read.

    Parameters
    ----------
    source : Path
        A gzip file.
    target : Path
        The bgzip file; it appears when it is complete.

    Raises
    ------
    EOFError, gzip.BadGzipFile, zlib.error
        The source is truncated or damaged.
    OutputError
        The target cannot be written.
    """
    with AtomicFile(target) as part, igzip.open(source, "rb") as text, part.open("wb") as output:  # type: ignore[no-untyped-call]
        while block := text.read(BGZIP_BYTES):
            output.write(compress_bgzip_block(block))
        output.write(BGZIP_END)
