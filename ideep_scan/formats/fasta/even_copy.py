"""Write a FASTA again with lines of one length, for one whose lines are so uneven that it has no index."""

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
    """Make a temporary folder; remove it at the end.

    Raises
    ------
    OutputError
        It cannot be made or filled.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="ideep-scan-") as folder:
            yield Path(folder)
    except OSError as error:
        raise OutputError(
            f"{fasta}: a temporary file cannot be written ({error.strerror or error}); "
            "free some space, or let TMPDIR name a writable folder"
        ) from error


def write_even_copy(fasta: Path, target: Path) -> None:
    """Copy the records of a FASTA that have bases; a byte order mark and blanks are left out.

    Raises
    ------
    InputError
        The FASTA cannot be read as text, or has no base.
    OSError
        The copy cannot be written.
    """
    header, rest, has_bases = "", "", False
    with open(target, "w", encoding="utf-8") as copy:
        for _, line in read_lines(fasta):
            if line.startswith(">"):
                copy.write(f"{rest}\n" if rest else "")
                header, rest = f"{line}\n", ""
            elif bases := "".join(line.split()):
                rest += bases
                whole = len(rest) // _WIDTH * _WIDTH
                copy.write(header)
                copy.writelines(f"{rest[at : at + _WIDTH]}\n" for at in range(0, whole, _WIDTH))
                header, rest, has_bases = "", rest[whole:], True
        copy.write(f"{rest}\n" if rest else "")
    if not has_bases:
        raise InputError("has no base at all; complete it", fasta)
