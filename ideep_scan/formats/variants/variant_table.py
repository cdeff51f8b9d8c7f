"""Write the effects of variants as a table: one row per allele, model and strand.

An allele that is not scored has one row with its status.
Positions start at 1, as in the VCF. An unknown name is '.', an unknown number an empty field.
Scores have all digits: as float32 they are the same numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from math import isnan
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.text_output import text_output
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.records.variant_effect import Status, VariantEffect

TEXTS = ("chrom", "id", "ref", "alt", "model", "strand", "gene", "region", "site", "status")
INTEGERS = ("pos", "offset")
COLUMNS = (
    "chrom", "pos", "id", "ref", "alt", "model", "strand", "gene", "region",
    "ref_score", "alt_score", "delta", "offset", "site", "p", "log_odds", "status",
)  # fmt: skip
PARQUET = ".parquet"
_GROUP = 1 << 16  # rows of a row group
Row = tuple[Any, ...]  #: values of `COLUMNS`; None for an unknown number


class VariantTable(Protocol):
    """Writer of the rows of a table."""

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        ...


def check_table_name(path: Path) -> None:
    """Check that the kind of table that a name stands for can be written.

    Parameters
    ----------
    path : Path
        Name of a table.

    Raises
    ------
    InputError
        The suffix is unknown, or Parquet is not installed.
    """
    name = path.name.lower()
    if not name.endswith((".tsv", ".tsv.gz", PARQUET)):
        raise InputError("a table ends in .tsv, .tsv.gz or .parquet: give such a name", path)
    if name.endswith(PARQUET) and find_spec("pyarrow") is None:
        raise InputError("Parquet needs pyarrow: `pip install 'ideep-scan[parquet]'`, or write .tsv.gz", path)


def table_rows(record: VcfRecord, statuses: Sequence[Status], effects: Sequence[VariantEffect]) -> Iterator[Row]:
    """Make the rows of one record.

    Parameters
    ----------
    record : VcfRecord
        The record.
    statuses : sequence of Status
        One per alternate allele.
    effects : sequence of VariantEffect
        Effects of single alleles and of haplotypes with a change of the record.

    Yields
    ------
    Row
        Values of `COLUMNS`.
    """
    place = (_utf8(record.chrom), record.start + 1, _utf8(record.id), _utf8(record.ref))
    for effect in effects:
        yield (
            *place,
            _utf8(effect.allele),
            effect.model,
            effect.strand,
            effect.gene or ".",
            effect.region or ".",
            *map(_known, (effect.reference, effect.alternate, effect.delta)),
            None if effect.position is None else effect.position - record.start,
            effect.site,
            effect.p_value,
            _known(effect.log_odds),
            Status.SCORED.value,
        )
    for allele, status in zip(record.alts, statuses, strict=True):
        if status is not Status.SCORED:
            yield (*place, _utf8(allele), *["."] * 4, *[None] * 4, ".", None, None, status.value)


@contextmanager
def write_variant_table(path: Path | None, stream: TextIO | None = None) -> Iterator[VariantTable]:
    """Open a table for writing. It appears when it is complete.

    Parameters
    ----------
    path : Path or None
        The table: .tsv, .tsv.gz or .parquet. None writes TSV to `stream`.
    stream : TextIO or None
        A stream; None for none.

    Yields
    ------
    VariantTable
        The table.

    Raises
    ------
    OutputError
        The table cannot be written.
    """
    if path is None and stream is None:
        yield _NoTable()
    elif path is not None and path.name.lower().endswith(PARQUET):
        with AtomicFile(path) as part, _parquet(part) as parquet:
            yield parquet
    else:
        with text_output(path, stream or io.StringIO()) as text:
            yield _TextTable(text)


class _NoTable:
    """A table that nobody asked for."""

    def add(self, rows: Sequence[Row]) -> None:
        """Ignore the rows."""


class _TextTable:
    """Rows as tab-separated text."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        stream.write("\t".join(COLUMNS) + "\n")

    def add(self, rows: Sequence[Row]) -> None:
        self._stream.writelines("\t".join(map(_field, row)) + "\n" for row in rows)


@contextmanager
def _parquet(path: Path) -> Iterator[VariantTable]:
    """Open a Parquet file for writing."""
    import pyarrow
    from pyarrow import parquet

    types = {name: pyarrow.string() for name in TEXTS} | {name: pyarrow.int64() for name in INTEGERS}
    schema = pyarrow.schema([(name, types.get(name, pyarrow.float32())) for name in COLUMNS])
    with parquet.ParquetWriter(path, schema) as writer:
        table = _ParquetTable(writer, schema)
        yield table
        table.flush()


class _ParquetTable:
    """Rows that are written in groups."""

    def __init__(self, writer: Any, schema: Any):
        self._writer = writer
        self._schema = schema
        self._rows: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        self._rows += rows
        if len(self._rows) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow

        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(COLUMNS)
        arrays = [pyarrow.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()


def _utf8(text: str) -> str:
    """Replace what is not UTF-8 in the file."""
    return text.encode(errors="replace").decode()


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _field(value: Any) -> str:
    """Format one value of a row."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(np.float32(value))
    return str(value)
