"""Rows of a bigBed by the names of its columns, or of a BED in its place."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines
from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.bbi_header import read_header

_BED = ("chrom", "chromStart", "chromEnd", "name", "score", "strand", "thickStart", "thickEnd", "reserved",
        "blockCount", "blockSizes", "chromStarts")  # fmt: skip

Row = dict[str, str]


def read_named_rows(path: Path, chrom: str, start: int, end: int) -> Iterator[Row]:
    """Yield the rows that overlap an interval.

    Parameters
    ----------
    path : Path
        A bigBed with autoSql, or a BED, plain or gzipped. A BED is read as a whole.
    chrom : str
        Contig.
    start, end : int
        The interval, 0-based, half-open.

    Yields
    ------
    dict of str to str
        Values by the names of the columns, which begin with chrom, chromStart, chromEnd, name, score and strand.

    Raises
    ------
    InputError
        The file is missing or damaged.
    """
    if path.suffix != ".bb":
        yield from _read_bed(path, chrom, start, end)
        return
    try:
        names = read_header(path).names
        with BbiFile(path) as file:
            for first, last, text in file.entries(chrom, start, end):
                yield dict(zip(names, (chrom, str(first), str(last), *text.split("\t")), strict=False))
    except BbiError as error:
        raise InputError(f"{error}: run the scan again", path) from error


def read_score(row: Row) -> float:
    """Read the score of a site or motif hit, from 0 to 1; a BED has only thousandths."""
    return float(row.get("rawScore", int(row["score"]) / 1000))


def list_blocks(row: Row) -> list[tuple[int, int]]:
    """List the blocks of a row: start and end of each on the genome."""
    start, end = int(row["chromStart"]), int(row["chromEnd"])
    if int(row.get("blockCount", "1")) < 2:
        return [(start, end)]
    sizes, starts = ([int(text) for text in row[name].rstrip(",").split(",")] for name in ("blockSizes", "chromStarts"))
    return [(start + first, start + first + size) for first, size in zip(starts, sizes, strict=True)]


def _read_bed(path: Path, chrom: str, start: int, end: int) -> Iterator[Row]:
    for _, line in () if _is_empty(path) else read_lines(path):
        row = dict(zip(_BED, line.split("\t"), strict=False))
        if row.get("chrom") != chrom or "strand" not in row:
            continue
        first, last = row["chromStart"], row["chromEnd"]
        if first.isdecimal() and last.isdecimal() and int(first) < end and int(last) > start:
            yield row


def _is_empty(path: Path) -> bool:
    """Tell whether a BED holds nothing, as that of a model without sites does."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return not file.read(1)
    except (OSError, EOFError, zlib.error):
        return False
