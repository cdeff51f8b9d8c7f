"""Read the tables of a finished run, sites and motif hits, into compact arrays.

A genome has millions of sites, so the texts of a site stay bytes until its row is written.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.site_files import MOTIF_COLUMNS, SITE_COLUMNS
from ideep_scan.formats.text import read_table_rows
from ideep_scan.records.span import STRANDS

DETAILS = (
    "name", "score", "p_value", "expected_precision", "driver", "gene_name", "gene_id", "region",
)  # fmt: skip
_DETAIL_INDICES = tuple(SITE_COLUMNS.index(name) for name in DETAILS)
_SUMMIT, _SEQUENCE = SITE_COLUMNS.index("summit"), SITE_COLUMNS.index("sequence")
_MOTIF, _MATCH, _P_VALUE = (MOTIF_COLUMNS.index(name) for name in ("name", "match", "p_value"))
_REMEDY = "run the scan again"


@dataclass(frozen=True, slots=True, eq=False)
class PlacedRows:
    """Intervals of a table, in its order.

    Attributes
    ----------
    contigs : np.ndarray
        Int32 array (n,), index of the contig in the mapping that the reader got.
    starts, ends : np.ndarray
        Int64 arrays (n,), 0-based half-open.
    minus : np.ndarray
        Bool array (n,), True on the minus strand.
    """

    contigs: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    minus: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class SiteTable:
    """Sites of a model.

    Attributes
    ----------
    rows : PlacedRows
        Place of each site.
    summits : np.ndarray
        Int64 array (n,), 0-based position of the highest score.
    window : int
        Width in nt of the window around a summit, where motif hits are looked for. 0 if there is no site.
    details : RowTexts
        The columns `DETAILS` of each site, as the table spells them.
    """

    rows: PlacedRows
    summits: np.ndarray
    window: int
    details: RowTexts


@dataclass(frozen=True, slots=True, eq=False)
class MotifTable:
    """Motif hits of a model.

    Attributes
    ----------
    rows : PlacedRows
        Place of each motif hit.
    p_values : np.ndarray
        Float32 array (n,).
    motifs : np.ndarray
        Int32 array (n,), index in `names`.
    names : tuple[tuple[str, str], ...]
        Id of each motif and the protein that it is known for.
    """

    rows: PlacedRows
    p_values: np.ndarray
    motifs: np.ndarray
    names: tuple[tuple[str, str], ...]


EMPTY_MOTIFS = MotifTable(
    PlacedRows(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool)),
    np.zeros(0, np.float32),
    np.zeros(0, np.int32),
    (),
)  #: motif hits of a model without a motif scanner


class RowTexts:
    """Fields of many rows, in one block of bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])

    def append(self, fields: list[str]) -> None:
        """Append a row."""
        self._bytes += "\t".join(fields).encode()
        self._ends.append(len(self._bytes))

    def __getitem__(self, row: int) -> list[str]:
        return self._bytes[self._ends[row] : self._ends[row + 1]].decode().split("\t")

    def __len__(self) -> int:
        return len(self._ends) - 1


class _Places:
    """Check and gather the places of rows."""

    def __init__(self, path: Path, contigs: Mapping[str, int]):
        self._path = path
        self._lengths = dict(contigs)
        self._index = {name: i for i, name in enumerate(contigs)}
        self._columns = array("i"), array("q"), array("q"), array("b")

    def add(self, number: int, fields: list[str], summit: str | None = None) -> None:
        """Append the place of a row. Raise InputError if it is not an interval of a contig, with its summit in it."""
        chrom, first, last, _, strand = fields[:5]
        try:
            start, end = int(first), int(last)
            middle = start if summit is None else int(summit)
        except ValueError:
            fail("has a start, end or summit that is not a whole number", self._path, number)
        if chrom not in self._index or strand not in STRANDS:
            fail("has a contig or strand that its run lacks", self._path, number)
        if not 0 <= start <= middle < end <= self._lengths[chrom]:
            fail("has a place outside of its contig, or a summit outside of its site", self._path, number)
        for column, value in zip(self._columns, (self._index[chrom], start, end, strand == "-"), strict=True):
            column.append(value)

    def rows(self) -> PlacedRows:
        """Return the places as arrays."""
        contigs, starts, ends, minus = self._columns
        return PlacedRows(np.array(contigs), np.array(starts), np.array(ends), np.array(minus, bool))


def read_site_table(path: Path, contigs: Mapping[str, int]) -> SiteTable:
    """Read the table of sites of a model.

    Parameters
    ----------
    path : Path
        The table, as `site_files.SiteWriter` writes it.
    contigs : Mapping[str, int]
        Length of each contig of the run in nt.

    Returns
    -------
    SiteTable
        The sites in the order of the table.

    Raises
    ------
    InputError
        The table is missing, damaged, or not a table of sites on these contigs.
    """
    places, summits, details, window = _Places(path, contigs), array("q"), RowTexts(), 0
    for number, fields in _rows(path, SITE_COLUMNS):
        places.add(number, fields, fields[_SUMMIT])
        summits.append(int(fields[_SUMMIT]))
        details.append([fields[index] for index in _DETAIL_INDICES])
        window = len(fields[_SEQUENCE])
    return SiteTable(places.rows(), np.array(summits), window, details)


def read_motif_table(path: Path, contigs: Mapping[str, int]) -> MotifTable:
    """Read the table of motif hits of a model.

    Parameters
    ----------
    path : Path
        The table, as `site_files.MotifWriter` writes it.
    contigs : Mapping[str, int]
        Length of each contig of the run in nt.

    Returns
    -------
    MotifTable
        The motif hits in the order of the table.

    Raises
    ------
    InputError
        The table is missing, damaged, or not a table of motif hits on these contigs.
    """
    places, p_values, motifs = _Places(path, contigs), array("f"), array("i")
    names: dict[tuple[str, str], int] = {}
    for number, fields in _rows(path, MOTIF_COLUMNS):
        places.add(number, fields)
        try:
            p_values.append(float(fields[_P_VALUE]))
        except ValueError:
            fail("has a p-value that is not a number", path, number)
        motifs.append(names.setdefault((fields[_MOTIF], fields[_MATCH]), len(names)))
    return MotifTable(places.rows(), np.array(p_values), np.array(motifs), tuple(names))


def fail(fault: str, path: Path, line: int | None = None) -> NoReturn:
    """Raise the error for a damaged table."""
    raise InputError(f"{fault}: {_REMEDY}", path, line)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    for number, fields in read_table_rows(path, columns, f"is not the table that a run writes, {_REMEDY}: "):
        if len(fields) != len(columns):
            fail(f"has {len(fields)} fields instead of {len(columns)}", path, number)
        yield number, fields
