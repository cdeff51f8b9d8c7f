"""Write sorted rows as bigBed with an autoSql of their own.

The summary of the file and its zoom levels describe depth, as in bedToBigBed:
the covered positions, and the minimum, maximum and sum of the number of rows at them.
pyBigWig, which shares nothing with the writer, reads the finished file back.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyBigWig

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.bbi import layout
from ideep_scan.formats.bbi.writer import SMALLEST_BIN, BbiFile, Summary
from ideep_scan.kernels.depth import NO_DEPTH, Depth, list_depths, sum_depth

_ROWS = 512  # of a block
_CHECKED = 1 << 20  # nt per read
_PLACE = struct.Struct("<III")
Row = tuple[str, int, int, str]  #: contig, start, end (0-based half-open), further fields with tabs between


@dataclass(frozen=True, slots=True)
class Schema:
    """autoSql of a bigBed.

    Attributes
    ----------
    name : str
        Name of the table.
    meaning : str
        Description of the table.
    bed_fields : int
        Number of plain BED fields.
    extra : tuple[tuple[str, str, str], ...]
        Type, name and description of each field after them.
    """

    name: str
    meaning: str
    bed_fields: int
    extra: tuple[tuple[str, str, str], ...]

    def sql(self) -> str:
        """Format the declaration.

        Returns
        -------
        str
            autoSql.
        """
        fields = _BED_FIELDS[: self.bed_fields] + self.extra
        lines = [f'   {kind} {name}; "{meaning}"' for kind, name, meaning in fields]
        return "\n".join([f"table {self.name}", f'"{self.meaning}"', "(", *lines, ")", ""])


_BED_FIELDS = (
    ("string", "chrom", "Contig"),
    ("uint", "chromStart", "Start, 0-based"),
    ("uint", "chromEnd", "End, not included"),
    ("string", "name", "Name"),
    ("uint", "score", "Score from 0 to 1000"),
    ("char[1]", "strand", "Strand"),
    ("uint", "thickStart", "Start of the thick part, 0-based: the summit of a site"),
    ("uint", "thickEnd", "End of the thick part, not included"),
    ("uint", "reserved", "Colour"),
    ("int", "blockCount", "Number of blocks"),
    ("int[blockCount]", "blockSizes", "Lengths of the blocks"),
    ("int[blockCount]", "chromStarts", "Starts of the blocks, from chromStart"),
)


class _Contig:
    """Rows of one contig, from its first to its last."""

    def __init__(self, number: int, length: int):
        self.number, self.length = number, length
        self.starts, self.ends = array("q"), array("q")
        self._block: list[bytes] = []
        self._block_end = 0

    def add(self, start: int, end: int, text: str, file: BbiFile) -> None:
        """Append a row; write a block when it is full."""
        self.starts.append(start)
        self.ends.append(end)
        self._block.append(_encode_row(self.number, start, end, text=text))
        self._block_end = max(self._block_end, end)
        if len(self._block) == _ROWS:
            self._write(file)

    def finish(self, file: BbiFile) -> Depth:
        """Write the last block and the zoom levels; return the depth."""
        if self._block:
            self._write(file)
        starts, ends = np.asarray(self.starts), np.asarray(self.ends)
        bins = layout.bin_runs(*list_depths(starts, ends), size=SMALLEST_BIN, length=self.length)
        file.add_bins(self.number, self.length, bins, is_end=True)
        return sum_depth(starts, ends)

    def _write(self, file: BbiFile) -> None:
        first = self.starts[-len(self._block)]
        file.append(self.number, first, self._block_end, b"".join(self._block))
        self._block.clear()
        self._block_end = 0


def _encode_row(number: int, start: int, end: int, *, text: str) -> bytes:
    return _PLACE.pack(number, start, end) + text.encode() + b"\0"


def write_bigbed(path: str | Path, contigs: Mapping[str, int], rows: Iterable[Row], schema: Schema) -> Path | None:
    """Write rows to a bigBed.

    Parameters
    ----------
    path : str or Path
        The file.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    rows : Iterable[Row]
        Rows in the order of `contigs`, sorted by start.
    schema : Schema
        Schema of the rows.

    Returns
    -------
    Path or None
        The file; None if there are no rows, because a bigBed cannot be empty.

    Raises
    ------
    OutputError
        The file cannot be written, or differs from the rows when it is read back.
    """
    staged = AtomicFile(path)
    try:
        file = BbiFile(staged.part, contigs, schema.sql().encode())
        try:
            tallies = _write_rows(file, rows, contigs, path=path, schema=schema)
        finally:
            file.discard()
        if not tallies:
            staged.discard()
            return None
        _check(staged.part, contigs, tallies, path)
    except OSError as error:
        staged.discard()
        raise staged.write_error(error) from error
    except BaseException:
        staged.discard()
        raise
    staged.commit()
    return staged.path


class _Tally(NamedTuple):
    """Number of rows of a contig, sums of their starts and ends, and the windows of `_CHECKED` nt where they start."""

    rows: int
    starts: int
    ends: int
    windows: tuple[int, ...]


def _write_rows(
    file: BbiFile, rows: Iterable[Row], contigs: Mapping[str, int], *, path: str | Path, schema: Schema
) -> dict[str, _Tally]:
    """Write and finish the file, unless there are no rows; tally the rows of each contig."""
    numbers = {name: number for number, name in enumerate(contigs)}
    tallies: dict[str, _Tally] = {}
    depth, last = NO_DEPTH, ("", 0)
    contig = _Contig(-1, 0)

    def finish_contig() -> None:
        nonlocal depth
        if last[0]:
            depth |= contig.finish(file)
            tallies[last[0]] = _tally(np.asarray(contig.starts), np.asarray(contig.ends))

    for chrom, start, end, text in rows:
        if not 0 <= start < end <= contigs.get(chrom, 0):
            raise OutputError(f"{path}: {chrom}:{start}-{end} lies outside of the chromosome sizes; check them")
        if chrom != last[0]:
            finish_contig()
            if numbers[chrom] <= contig.number:
                raise ValueError(f"rows must come in genome order: {chrom}:{start}")
            contig = _Contig(numbers[chrom], contigs[chrom])
        elif start < last[1]:
            raise ValueError(f"rows must come in genome order: {chrom}:{start}")
        last = chrom, start
        contig.add(start, end, text, file)
    finish_contig()
    if tallies:
        kind = layout.FileKind(layout.BIGBED_MAGIC, schema.bed_fields + len(schema.extra), schema.bed_fields)
        file.finish(kind, sum(tally.rows for tally in tallies.values()), Summary(*depth))
    return tallies


def _tally(starts: np.ndarray, ends: np.ndarray) -> _Tally:
    windows = np.unique(starts // _CHECKED).tolist()
    return _Tally(len(starts), int(starts.sum()), int(ends.sum()), tuple(windows))


def _check(part: Path, contigs: Mapping[str, int], tallies: Mapping[str, _Tally], path: str | Path) -> None:
    """Read the file back and compare contigs and rows."""
    try:
        with pyBigWig.open(str(part)) as reader:
            is_complete = reader.chroms() == dict(contigs) and all(
                _read_tally(reader, chrom, contigs[chrom], tally.windows) == tally for chrom, tally in tallies.items()
            )
    except RuntimeError as error:
        raise OutputError(f"{path}: cannot be read back ({error}); is the disk full?") from error
    if not is_complete:
        count = sum(tally.rows for tally in tallies.values())
        raise OutputError(f"{path}: differs from the {count} rows that were written; is the disk full?")


def _read_tally(reader: Any, chrom: str, length: int, windows: Iterable[int]) -> _Tally:
    """Tally the rows of a contig that start in these windows."""
    starts, ends = [], []
    for window in windows:
        first, last = window * _CHECKED, min((window + 1) * _CHECKED, length)
        intervals = np.array(reader.entries(chrom, first, last, withString=False) or [], np.int64).reshape(-1, 2)
        is_first = intervals[:, 0] >= first
        starts.append(intervals[is_first, 0])
        ends.append(intervals[is_first, 1])
    return _tally(np.concatenate(starts), np.concatenate(ends))
