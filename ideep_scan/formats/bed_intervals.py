"""Intervals from BED (three columns or more, plain or gzipped) as they stand. Exons of BED12 are read in `bed12`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Strand

HEADER = re.compile(r"#|(track|browser)(\s|$)")  # a contig may be called track1
_NUMBER = re.compile(r" *-?[0-9]{1,18} *")
_SHOWN = 40  # characters of a field in a message
_STRANDS: dict[str, Strand | None] = {"+": "+", "-": "-", ".": None, "": None}


class BedInterval(NamedTuple):
    """One line: its 1-based number, the interval (0-based half-open), strand and name, None where it has none."""

    line: int
    chrom: str
    start: int
    end: int
    strand: Strand | None
    name: str | None


class UnusableLine(NamedTuple):
    """A line that is not BED.

    Attributes
    ----------
    line : int
        Its 1-based number.
    columns : tuple[str, ...]
        Its fields as they stand, at least one.
    reason : str
        Words that follow "a site" or "a region" in a note.
    detail : str
        The whole reason, for the error of a file that must be right.
    """

    line: int
    columns: tuple[str, ...]
    reason: str
    detail: str


def read_bed_lines(path: str | Path) -> Iterator[BedInterval | UnusableLine]:
    """Read every line of a BED that is not a header; columns are separated by tabs, or by blanks without any tab.

    Raises
    ------
    InputError : the file cannot be read as text.
    """
    for number, line in read_lines(path):
        if line.strip() and not HEADER.match(line):
            columns = line.split("\t") if "\t" in line else line.split()
            yield _interval(number, tuple(columns))


def read_bed_intervals(path: str | Path, exclusions: Exclusions | None = None) -> Iterator[BedInterval]:
    """Read the intervals of a BED.

    Parameters
    ----------
    exclusions : Exclusions or None
        Takes the lines that are not BED; None ends at the first.

    Raises
    ------
    InputError : with the line: too few columns, coordinates that are wrong, or a strand other than + - and '.'.
    """
    for each in read_bed_lines(path):
        if isinstance(each, BedInterval):
            yield each
        elif exclusions is None:
            raise InputError(each.detail, path, each.line)
        else:
            exclusions.add(each.reason, " ".join(each.columns), each.line)


def _interval(number: int, columns: tuple[str, ...]) -> BedInterval | UnusableLine:
    def unusable(reason: str, detail: str) -> UnusableLine:
        return UnusableLine(number, columns, reason, detail)

    if len(columns) < 3:
        detail = f"{len(columns)} columns where BED has at least 3: chrom, start, end"
        return unusable("with fewer than 3 columns", detail)
    if not (_NUMBER.fullmatch(columns[1]) and _NUMBER.fullmatch(columns[2])):
        detail = f"start {columns[1][:_SHOWN]!r} or end {columns[2][:_SHOWN]!r} is no whole number"
        return unusable("whose start or end is no whole number", detail)
    start, end = int(columns[1]), int(columns[2])
    if not 0 <= start < end:
        detail = f"start {start} and end {end}: 0 <= start < end is needed"
        return unusable("whose start and end are not in the order 0 <= start < end", detail)
    strand = columns[5].strip() if len(columns) > 5 else "."
    if strand not in _STRANDS:
        detail = f"strand {strand[:_SHOWN]!r}; it should be + or - or '.'"
        return unusable("with a strand other than + and - and '.'", detail)
    name = columns[3].strip() if len(columns) > 3 else ""
    return BedInterval(number, columns[0].strip(), start, end, _STRANDS[strand], name or None)
