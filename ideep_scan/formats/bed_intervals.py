"""Intervals from BED (three columns or more, plain or gzipped) as they stand. Exons of BED12 are read in `bed12`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError
from ideep_scan.formats.bed12 import HEADERS
from ideep_scan.formats.text import read_lines
from ideep_scan.records.span import Strand

_NUMBER = re.compile(r" *-?[0-9]{1,18} *")
_SHOWN = 40  # characters of a field in a message
_STRANDS: dict[str, Strand | None] = {"+": "+", "-": "-", ".": None}


class BedInterval(NamedTuple):
    """One line: its 1-based number, the interval (0-based half-open), strand and name, None where it has none."""

    line: int
    chrom: str
    start: int
    end: int
    strand: Strand | None
    name: str | None


def read_bed_intervals(path: str | Path) -> Iterator[BedInterval]:
    """Lines of a BED; columns are separated by tabs, or by blanks where a line has no tab.

    Raises
    ------
    InputError : with the line: too few columns, coordinates that are wrong, or a strand other than + - and '.'.
    """
    for number, line in read_lines(path):
        if not line.strip() or line.startswith(HEADERS):
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) < 3:
            raise InputError(f"{len(columns)} columns where BED has at least 3: chrom, start, end", path, number)
        if not (_NUMBER.fullmatch(columns[1]) and _NUMBER.fullmatch(columns[2])):
            raise InputError(
                f"start {columns[1][:_SHOWN]!r} or end {columns[2][:_SHOWN]!r} is no whole number", path, number
            )
        start, end = int(columns[1]), int(columns[2])
        if not 0 <= start < end:
            raise InputError(f"start {start} and end {end}: 0 <= start < end is needed", path, number)
        strand = columns[5] if len(columns) > 5 else "."
        if strand not in _STRANDS:
            raise InputError(f"strand {strand!r}; it should be + or - or '.'", path, number)
        name = columns[3].strip() if len(columns) > 3 else ""
        yield BedInterval(number, columns[0], start, end, _STRANDS[strand], name or None)
