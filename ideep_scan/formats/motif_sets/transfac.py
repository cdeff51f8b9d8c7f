"""Motifs in the format of TRANSFAC, as ATtRACT and RBPDB are distributed in it.

A record has lines `AC` and `ID`, then a line `P0` (or `PO`) that names the bases.
A numbered row of counts per position follows, and `//` ends the record.
"""

from __future__ import annotations

import re
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.matrix_rows import RNA, make_motif, number_duplicates, parse_row
from ideep_scan.formats.text import read_lines
from ideep_scan.records.pwm import Pwm

_COPY = re.compile(r"_[A-Z]{1,2}$")  # A, B, ... AA: several motifs of one protein


def read_transfac(path: str | Path) -> tuple[Pwm, ...]:
    """Read the motifs of a file in the format of TRANSFAC.

    The name is that of the line `NA`; without one it is the id up to a suffix such as `_B`.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.

    Returns
    -------
    tuple of Pwm
        Motifs in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read, the bases of a matrix are not A C G and T or U, a row is malformed or out of order,
        or a motif has no id or no rows.
    """
    path = Path(path)
    pwms: list[Pwm] = []
    record = _Record(path)
    for number, line in read_lines(path):
        if line.startswith("//"):
            pwms += record.finish()
            record = _Record(path)
        elif line.strip():
            record.add(number, line)
    return number_duplicates([*pwms, *record.finish()])


class _Record:
    """One record: its names and rows so far."""

    def __init__(self, path: Path):
        self._path = path
        self._start = 0
        self._names: dict[str, str] = {}
        self._columns: list[int] | None = None  # index of A C G U among the fields of a row
        self._rows: list[list[float]] = []
        self._in_matrix = False

    def add(self, number: int, line: str) -> None:
        """Add a line that is not blank."""
        self._start = self._start or number
        key, *fields = line.split()
        if key in ("P0", "PO"):
            if self._columns is not None:
                raise InputError("the record has two matrices; end each record with //", self._path, number)
            self._columns = self._order(fields, number)
            self._in_matrix = True
        elif self._in_matrix and key.isdecimal():
            self._add_row(int(key), fields, number)
        else:
            self._in_matrix = False
            if key in ("AC", "ID", "NA") and fields:
                self._names.setdefault(key, fields[0])

    def finish(self) -> list[Pwm]:
        """Make the motif; none if the record has no matrix, as the header of a file."""
        if self._columns is None:
            if "ID" in self._names or "AC" in self._names:
                text = "the record has no matrix (a line P0 and numbered rows); add it"
                raise InputError(text, self._path, self._start)
            return []
        id = self._names.get("ID") or self._names.get("AC")
        if id is None:
            raise InputError("the record has no line ID or AC; add one", self._path, self._start)
        title = self._names.get("NA") or _COPY.sub("", id)
        return [make_motif(id, title, self._rows, self._path, self._start)]

    def _order(self, fields: list[str], number: int) -> list[int]:
        letters = [field.upper().replace("T", "U") for field in fields]
        if sorted(letters) != sorted(RNA):
            text = f"the matrix has the columns {' '.join(fields)[:60]}; give A C G T or A C G U"
            raise InputError(text, self._path, number)
        return [letters.index(letter) for letter in RNA]

    def _add_row(self, position: int, fields: list[str], number: int) -> None:
        if position != len(self._rows) + 1:
            text = f"position {position} should be {len(self._rows) + 1}; number the rows from 1"
            raise InputError(text, self._path, number)
        if len(fields) == len(RNA) + 1 and fields[-1].isalpha():
            fields = fields[:-1]  # the consensus letter
        row = parse_row(fields, self._path, number)
        assert self._columns is not None
        self._rows.append([row[column] for column in self._columns])
