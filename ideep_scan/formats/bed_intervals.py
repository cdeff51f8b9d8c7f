"""Read intervals from BED, plain or gzipped. `annotation/bed12.py` reads exons from BED12."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError
from ideep_scan.formats.foreign_tables import refuse_other_format
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Strand

HEADER = re.compile(r"#|(track|browser)(\s|$)")  # a contig may be called track1
SPLIT = "with several blocks (BED12), read as one interval with the introns between them"  #: words of a remark
_BLOCK_COUNT = 9  # index of the column
_NUMBER = re.compile(r" *-?[0-9]{1,18} *")
_MAX_FIELD = 40  # characters of a field in a message
_STRANDS: dict[str, Strand | None] = {"+": "+", "-": "-", ".": None, "": None}


class BedInterval(NamedTuple):
    """One line of a BED.

    Attributes
    ----------
    line : int
        1-based number of the line.
    chrom : str
        Name of the contig.
    start, end : int
        0-based half-open coordinates.
    strand : Strand or None
        None if the line has none.
    name : str or None
        None if the line has none.
    """

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
        1-based number of the line.
    columns : tuple[str, ...]
        Its fields, at least one.
    reason : str
        Words that follow "a site" or "a region" in a note.
    detail : str
        Full reason, for an error.
    """

    line: int
    columns: tuple[str, ...]
    reason: str
    detail: str


def read_bed_lines(path: str | Path, with_gaps: bool = False) -> Iterator[BedInterval | UnusableLine]:
    """Read every line of a BED that is not a header.

    Tabs separate columns; in a line without tabs, blanks do.

    Parameters
    ----------
    path : str or Path
        The BED, plain or gzipped.
    with_gaps : bool
        Read an interval that ends at its start as the gap before it, such as an insertion. False: it is unusable.

    Yields
    ------
    BedInterval or UnusableLine
        One line.

    Raises
    ------
    InputError
        The file cannot be read as text, or is a table of another known format.
    """
    for _, record in read_bed_rows(path, with_gaps):
        yield record


def read_bed_rows(
    path: str | Path, with_gaps: bool = False
) -> Iterator[tuple[tuple[str, ...], BedInterval | UnusableLine]]:
    """Read every line of a BED that is not a header, with all its columns.

    Parameters
    ----------
    path : str or Path
        The BED, plain or gzipped.
    with_gaps : bool
        As in `read_bed_lines`.

    Yields
    ------
    columns : tuple[str, ...]
        All columns of the line.
    record : BedInterval or UnusableLine
        The line.

    Raises
    ------
    InputError
        The file cannot be read as text, or is a table of another known format.
    """
    refuse_other_format(path, "BED")
    for number, line in read_lines(path):
        if line.strip() and not HEADER.match(line):
            columns = tuple(line.split("\t") if "\t" in line else line.split())
            yield columns, _interval(number, columns, with_gaps)


def read_bed_intervals(
    path: str | Path, exclusions: Exclusions | None = None, with_gaps: bool = False
) -> Iterator[BedInterval]:
    """Read the intervals of a BED.

    Parameters
    ----------
    path : str or Path
        The BED, plain or gzipped.
    exclusions : Exclusions or None
        Counts the lines that are not BED. None raises an error at the first one.
    with_gaps : bool
        As in `read_bed_lines`.

    Yields
    ------
    BedInterval
        One interval.

    Raises
    ------
    InputError
        The file cannot be read as text, is a table of another known format,
        or a line has too few columns, wrong coordinates or a wrong strand.
    """
    for record in read_bed_lines(path, with_gaps):
        if isinstance(record, BedInterval):
            yield record
        elif exclusions is None:
            raise InputError(record.detail, path, record.line)
        else:
            exclusions.add(record.reason, " ".join(record.columns), record.line)


def has_blocks(columns: Sequence[str]) -> bool:
    """Tell whether a line is BED12 with more than one block."""
    return len(columns) > _BLOCK_COUNT + 2 and columns[_BLOCK_COUNT].strip() not in ("", "0", "1")


def _interval(number: int, columns: tuple[str, ...], with_gaps: bool) -> BedInterval | UnusableLine:
    def unusable(reason: str, detail: str) -> UnusableLine:
        return UnusableLine(number, columns, reason, detail)

    if len(columns) < 3:
        detail = f"{len(columns)} columns; BED needs at least 3: chrom, start, end"
        return unusable("with fewer than 3 columns", detail)
    if not (_NUMBER.fullmatch(columns[1]) and _NUMBER.fullmatch(columns[2])):
        detail = f"start {columns[1][:_MAX_FIELD]!r} or end {columns[2][:_MAX_FIELD]!r} is not a whole number"
        return unusable("whose start or end is not a whole number", detail)
    start, end = int(columns[1]), int(columns[2])
    if not 0 <= start < end + with_gaps:
        detail = f"start {start} and end {end}: 0 <= start < end is needed"
        return unusable("whose start and end are not in the order 0 <= start < end", detail)
    strand = columns[5].strip() if len(columns) > 5 else "."
    if strand not in _STRANDS:
        detail = f"strand {strand[:_MAX_FIELD]!r}; write + or - or '.'"
        return unusable("with a strand other than + and - and '.'", detail)
    name = columns[3].strip() if len(columns) > 3 else ""
    return BedInterval(number, columns[0].strip(), start, end, _STRANDS[strand], name or None)
