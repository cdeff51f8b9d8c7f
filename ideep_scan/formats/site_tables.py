"""Read the tables of a finished run, sites and motif hits, into compact arrays.

A genome has millions of sites, so the texts of a site stay bytes until its row is written.
"""

from __future__ import annotations

import csv
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import pandas as pd

from ideep_scan.errors import InputError
from ideep_scan.formats.site_columns import (
    BLOCK_COLUMNS,
    MOTIF_COLUMNS,
    SITE_COLUMNS,
    SPLICED_MOTIF_COLUMNS,
    SPLICED_SITE_COLUMNS,
)
from ideep_scan.records.scores import KNOWN, LEARNED, MotifLabel, MotifOrigin

DETAILS = (
    "name", "score", "p_value", "precision", "driver", "gene_name", "gene_id", "region",
)  # fmt: skip
ISOFORM_PLACE = ("transcript", "transcript_start", "transcript_end", "transcript_summit")
_PLACE_TYPES = {"chrom": "category", "start": "int64", "end": "int64", "strand": "category"}
_SITE_TYPES = {
    **dict.fromkeys((*SPLICED_SITE_COLUMNS, "expected_precision"), "object"),
    **_PLACE_TYPES,
    "summit": "int64",
}
_MOTIF_TYPES = {
    **dict.fromkeys(SPLICED_MOTIF_COLUMNS, "object"),
    **_PLACE_TYPES,
    "score": "float64",
    "p_value": "float32",
}
_EARLIER = {
    "precision": "expected_precision",
    **dict.fromkeys(("rank_in_gene", "rank_in_run", "motif_name", "motif_origin")),
}  # columns of version 0.2.0; None: it lacks the column
_EARLIER_COLUMNS = tuple(name for column in SITE_COLUMNS if (name := _EARLIER.get(column, column)) is not None)
_EARLIER_MOTIF_COLUMNS = tuple(column for column in MOTIF_COLUMNS if column not in ("motif", "origin"))
_ORIGINS: dict[str, MotifOrigin] = {KNOWN: KNOWN, LEARNED: LEARNED}
_ROWS = 1 << 16  # of a block


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
class BlockRows:
    """Blocks of the rows of a table, in its order.

    Attributes
    ----------
    rows : np.ndarray
        Int64 array (n,), number of the row of each block.
    starts, ends : np.ndarray
        Int64 arrays (n,), 0-based half-open.
    """

    rows: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


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
    isoforms : RowTexts
        The columns `ISOFORM_PLACE` of each site of spliced transcripts; empty for others.
    blocks : BlockRows or None
        Blocks of the sites of spliced transcripts; None for others.
    """

    rows: PlacedRows
    summits: np.ndarray
    window: int
    details: RowTexts
    isoforms: RowTexts = field(default_factory=lambda: RowTexts())
    blocks: BlockRows | None = None


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
        Int32 array (n,), index in `labels`.
    labels : tuple[MotifLabel, ...]
        Names of each motif.
    blocks : BlockRows or None
        Blocks of the motif hits in spliced transcripts; None for others.
    """

    rows: PlacedRows
    p_values: np.ndarray
    motifs: np.ndarray
    labels: tuple[MotifLabel, ...]
    blocks: BlockRows | None = None


_NO_ROWS = PlacedRows(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool))
EMPTY_MOTIFS = MotifTable(_NO_ROWS, np.zeros(0, np.float32), np.zeros(0, np.int32), ())  #: of a model without motifs


class RowTexts:
    """Fields of many rows, in one block of bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])

    def append(self, row: Sequence[str]) -> None:
        """Append a row."""
        self._bytes += "\t".join(row).encode()
        self._ends.append(len(self._bytes))

    def __getitem__(self, row: int) -> list[str]:
        return self._bytes[self._ends[row] : self._ends[row + 1]].decode().split("\t")

    def __len__(self) -> int:
        return len(self._ends) - 1


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
    rows, summits, details, window = [_NO_ROWS], [np.zeros(0, np.int64)], RowTexts(), 0
    isoforms, blocks = RowTexts(), _BlockReader(path)
    for earlier_or_present in _blocks(path, (SITE_COLUMNS, SPLICED_SITE_COLUMNS, _EARLIER_COLUMNS), _SITE_TYPES):
        block = earlier_or_present.rename(columns={"expected_precision": "precision"})
        rows.append(_places(path, block, contigs, block["summit"].to_numpy()))
        summits.append(block["summit"].to_numpy())
        for texts in zip(*(block[name].tolist() for name in DETAILS), strict=True):
            details.append(texts)
        if BLOCK_COLUMNS[0] in block:
            for texts in zip(*(block[name].tolist() for name in ISOFORM_PLACE), strict=True):
                isoforms.append(texts)
            blocks.add(block, rows[-1])
        window = max(window, block["sequence"].str.len().max())
    return SiteTable(
        _join_rows(rows), np.concatenate(summits), window, details, isoforms=isoforms, blocks=blocks.join()
    )


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
    rows, p_values, motifs = [_NO_ROWS], [np.zeros(0, np.float32)], [np.zeros(0, np.int32)]
    numbers: dict[tuple[str, ...], int] = {}
    blocks = _BlockReader(path)
    for block in _blocks(path, (MOTIF_COLUMNS, SPLICED_MOTIF_COLUMNS, _EARLIER_MOTIF_COLUMNS), _MOTIF_TYPES):
        rows.append(_places(path, block, contigs, block["start"].to_numpy()))
        p_values.append(block["p_value"].to_numpy())
        if BLOCK_COLUMNS[0] in block:
            blocks.add(block, rows[-1])
        is_earlier = "motif" not in block
        columns = ("name", "name", "match") if is_earlier else ("motif", "name", "match", "origin")
        texts = zip(*(block[column].tolist() for column in columns), strict=True)
        motifs.append(np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int32))
    labels = tuple(_label(path, *texts) for texts in numbers)
    places, values = _join_rows(rows), np.concatenate(p_values)
    return MotifTable(places, values, np.concatenate(motifs), labels, blocks=blocks.join())


class _BlockReader:
    """Read the blocks of rows."""

    def __init__(self, path: Path):
        self._path = path
        self._count = 0
        self._rows: list[np.ndarray] = []
        self._starts: list[np.ndarray] = []
        self._ends: list[np.ndarray] = []

    def add(self, block: pd.DataFrame, rows: PlacedRows) -> None:
        """Read the blocks of some rows. Raise InputError if they do not fill the interval of their row."""
        sizes, starts = (block[name].str.rstrip(",").str.split(",") for name in BLOCK_COLUMNS)
        counts = sizes.str.len().to_numpy()
        try:
            lengths, offsets = (np.array(lists.explode().to_numpy(), np.int64) for lists in (sizes, starts))
        except (ValueError, OverflowError):
            lengths = offsets = np.zeros(0, np.int64)
        ends = np.cumsum(counts) - 1
        is_complete = lengths.size == offsets.size == counts.sum()
        if (
            not is_complete
            or (offsets[ends] + lengths[ends] != rows.ends - rows.starts).any()
            or (lengths < 1).any()
            or (offsets < 0).any()
        ):
            raise InputError("has blocks that its run cannot have: run the scan again", self._path)
        first = np.repeat(rows.starts, counts) + offsets
        self._rows.append(np.repeat(np.arange(len(counts)) + self._count, counts))
        self._starts.append(first)
        self._ends.append(first + lengths)
        self._count += len(counts)

    def join(self) -> BlockRows | None:
        """Return all blocks; None if no row has any."""
        if not self._rows:
            return None
        return BlockRows(*map(np.concatenate, (self._rows, self._starts, self._ends)))


def _label(path: Path, motif: str, name: str, protein: str, origin: str = KNOWN) -> MotifLabel:
    """Make the names of a motif. Raise InputError if its origin is unknown."""
    if origin not in _ORIGINS:
        raise InputError(f"has the motif origin {origin!r}, which no run writes: run the scan again", path)
    return MotifLabel(motif, name, protein, _ORIGINS[origin])


def _blocks(path: Path, tables: Sequence[tuple[str, ...]], types: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """Read a table in blocks of rows. Raise InputError if it has none of the columns that runs write."""
    try:
        with pd.read_csv(
            path, sep="\t", dtype=dict(types), keep_default_na=False, quoting=csv.QUOTE_NONE, chunksize=_ROWS
        ) as reader:
            while (block := _next_block(reader)) is not None:
                # pandas fills a row with too few fields up, so its last field is empty.
                if tuple(block.columns) not in tables or (block[block.columns[-1]] == "").any():
                    raise InputError("has other columns than the table that a run writes: run the scan again", path)
                if len(block):
                    yield block
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise InputError(f"cannot be read ({' '.join(str(error).split())}): run the scan again", path) from error


def _next_block(reader: Iterator[pd.DataFrame]) -> pd.DataFrame | None:
    """Read the next rows; None at the end. An infinite start becomes a negative number, which is refused later."""
    with np.errstate(invalid="ignore"):
        return next(reader, None)


def _places(path: Path, block: pd.DataFrame, contigs: Mapping[str, int], middles: np.ndarray) -> PlacedRows:
    """Read the places of rows. Raise InputError at the first row that has none, or whose middle is outside of it."""
    numbers = _codes(block["chrom"], {name: number for number, name in enumerate(contigs)})
    strands = _codes(block["strand"], {"+": 0, "-": 1})
    starts, ends = block["start"].to_numpy(), block["end"].to_numpy()
    lengths = np.array([*contigs.values(), -1], np.int64)[numbers]  # no place is inside of an unknown contig
    wrong = (strands < 0) | (starts < 0) | (middles < starts) | (ends <= middles) | (lengths < ends)
    if wrong.any():
        line = int(block.index[wrong.argmax()]) + 2
        raise InputError("has a place or summit that its run cannot have: run the scan again", path, line)
    return PlacedRows(numbers, starts, ends, strands == 1)


def _codes(column: pd.Series, codes: Mapping[str, int]) -> np.ndarray:
    """Return the code of each text of a categorical column; -1 if it has none."""
    lookup = np.array([codes.get(str(text), -1) for text in column.cat.categories], np.int32)
    return lookup[column.cat.codes.to_numpy()]


def _join_rows(blocks: Sequence[PlacedRows]) -> PlacedRows:
    """Join the rows of blocks."""
    return PlacedRows(
        *(np.concatenate([getattr(block, column.name) for block in blocks]) for column in fields(PlacedRows))
    )
