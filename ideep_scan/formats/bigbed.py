"""Write sorted rows as bigBed with an autoSql of their own.

pybigtools 0.3.0 writes the file and never raises an error, so the file is read back and compared.
Two fields of the header are wrong and are corrected here:

- The number of plain BED fields. pybigtools counts all fields; then igv.js drops the extra ones and IGV desktop fails.
- The summary of the file if rows overlap. As in bedToBigBed, it describes depth:
  the covered positions, and the minimum, maximum and sum of the number of rows at them.
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pybigtools

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.kernels.depth import NO_DEPTH, Depth, sum_depth

_DEFINED_FIELD_COUNT_AT = 34  # offset in the header, uint16 (Kent et al. 2010, supplementary table 5)
_SUMMARY_OFFSET_AT = 44  # offset in the header, uint64: where the summary begins
_SUMMARY = struct.Struct("<Qdddd")  # supplementary table 19
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
)


@dataclass(slots=True)
class _Tally:
    """Number of rows by contig, and sums of their starts and ends."""

    rows: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    def add(self, chrom: str, start: int, end: int) -> None:
        """Count one row."""
        self.rows[chrom] += 1
        self.starts[chrom] += start
        self.ends[chrom] += end


class _RowChecker:
    """Check and count rows on their way to pybigtools, which swallows errors of an iterator. The error is stored."""

    def __init__(self, rows: Iterable[Row], contigs: Mapping[str, int], path: str | Path):
        self.rows, self.contigs, self.path = rows, contigs, path
        self.tally = _Tally()
        self.error: BaseException | None = None
        self._depth = NO_DEPTH  # of the contigs before
        self._starts, self._ends = array("q"), array("q")  # of the rows on this one

    @property
    def depth(self) -> Depth:
        """Depth of all rows up to here."""
        return self._depth | sum_depth(np.asarray(self._starts), np.asarray(self._ends))

    def __iter__(self) -> Iterator[Row]:
        numbers = {name: number for number, name in enumerate(self.contigs)}
        last = (0, 0)
        try:
            for chrom, start, end, text in self.rows:
                if not 0 <= start < end <= self.contigs.get(chrom, 0):
                    raise OutputError(
                        f"{self.path}: {chrom}:{start}-{end} lies outside of the chromosome sizes; check them"
                    )
                if (numbers[chrom], start) < last:
                    raise ValueError(f"rows must come in genome order: {chrom}:{start}")
                if numbers[chrom] != last[0]:
                    self._depth = self.depth
                    self._starts, self._ends = array("q"), array("q")
                last = (numbers[chrom], start)
                self._starts.append(start)
                self._ends.append(end)
                row = chrom, int(start), int(end), text  # pybigtools fails on numbers of numpy
                self.tally.add(*row[:3])
                yield row
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            self.error = error


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
    staged = AtomicFile(path, suffix=".part.bb")  # pybigtools chooses the format by the suffix
    checker = _RowChecker(rows, contigs, path)
    walk = iter(checker)
    first = next(walk, None)
    if checker.error is not None:
        raise checker.error
    if first is None:
        return None

    def chain() -> Iterator[Row]:
        yield first
        yield from walk

    with staged as part:
        part.open("wb").close()  # raises a clear error if the folder is not writable
        try:
            pybigtools.open(str(part), "w").write(dict(contigs), chain(), autosql=schema.sql())
            if checker.error is not None:
                raise checker.error
            with part.open("r+b") as file:
                file.seek(_DEFINED_FIELD_COUNT_AT)
                file.write(struct.pack("<H", schema.bed_fields))
                file.seek(_SUMMARY_OFFSET_AT)
                (summary_at,) = struct.unpack("<Q", file.read(8))
                file.seek(summary_at)
                file.write(_SUMMARY.pack(*checker.depth))
            tally = _read_tally(part, contigs)
        except BaseException as error:
            if error is not checker.error and _is_library_error(error):
                raise OutputError(f"{path}: cannot be written ({error}); is the disk full?") from error
            raise
        if tally != checker.tally:
            rows_read, rows_written = tally.rows.total(), checker.tally.rows.total()
            raise OutputError(
                f"{path}: holds {rows_read} rows, not the {rows_written} that were written; is the disk full?"
            )
    return staged.path


def _is_library_error(error: BaseException) -> bool:
    """Test whether pybigtools failed. A panic of its Rust code is a `BaseException` without an importable class."""
    return isinstance(error, pybigtools.BBIReadError | ValueError) or type(error).__name__ == "PanicException"


def _read_tally(part: Path, contigs: Mapping[str, int]) -> _Tally:
    """Count the rows of a finished file.

    Raises
    ------
    ValueError
        A contig has a wrong length.
    """
    tally = _Tally()
    with pybigtools.open(str(part)) as reader:
        for chrom, length in reader.chroms().items():
            if contigs.get(chrom) != length:
                raise ValueError(f"length of contig {chrom}")
            for start, end, *_ in reader.records(chrom):
                tally.add(chrom, start, end)
    return tally
