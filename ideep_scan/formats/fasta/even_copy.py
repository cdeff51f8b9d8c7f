"""A temporary copy of a FASTA with lines of one length, for a FASTA whose lines are too uneven for an index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.text import read_lines

_WIDTH = 100


@contextmanager
def temporary_folder(fasta: Path) -> Iterator[Path]:
    """Make a temporary folder and remove it at the end.

    Parameters
    ----------
    fasta : Path
        The FASTA, for messages.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    OutputError
        The folder cannot be made or filled.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="ideep-scan-") as folder:
            yield Path(folder)
    except OSError as error:
        raise OutputError(
            f"{fasta}: a temporary file cannot be written ({error.strerror or error}); "
            "free some space, or set TMPDIR to a writable folder"
        ) from error


def write_even_copy(fasta: Path, target: Path) -> None:
    """Copy the records of a FASTA that have bases.

    A byte order mark and blanks are removed.

    Parameters
    ----------
    fasta : Path
        The FASTA, plain or gzipped.
    target : Path
        The copy.

    Raises
    ------
    InputError
        The FASTA cannot be read as text, or has no bases.
    OSError
        The copy cannot be written.
    """
    header, pending, has_bases = "", "", False
    with open(target, "w", encoding="utf-8") as copy:
        for _, line in read_lines(fasta):
            if line.startswith(">"):
                copy.write(f"{pending}\n" if pending else "")
                header, pending = f"{line}\n", ""
            elif bases := "".join(line.split()):
                pending += bases
                end = len(pending) // _WIDTH * _WIDTH
                copy.write(header)
                copy.writelines(f"{pending[start : start + _WIDTH]}\n" for start in range(0, end, _WIDTH))
                header, pending, has_bases = "", pending[end:], True
        copy.write(f"{pending}\n" if pending else "")
    if not has_bases:
        raise InputError("has no bases; download it again", fasta)
