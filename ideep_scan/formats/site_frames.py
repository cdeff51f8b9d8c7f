"""Read the columns of tables of sites that people sort and filter by, and copy lines of them.

`site_tables` reads one table for jobs that compare places, and checks every place.
Here small tables are parsed together, because a run of many models has many of them.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ideep_scan.errors import InputError
from ideep_scan.formats.site_columns import SITE_COLUMNS
from ideep_scan.formats.text import read_lines

TEXTS = (
    "chrom", "strand", "driver", "motif_name", "motif_protein", "gene_name", "gene_id", "region", "label",
)  # fmt: skip
PLACES = ("start", "end", "summit")
MEASURES = ("score", "p_value", "precision")
RANKS = ("rank_in_gene", "rank_in_run", "number")
_EARLIER = {"expected_precision": "precision"}  # columns of version 0.2.0 by their names now
_READ = {
    **{name: "category" for name in TEXTS if name != "label"},
    **dict.fromkeys(PLACES, "int64"),
    **dict.fromkeys((*MEASURES, "expected_precision"), "float32"),
    **dict.fromkeys(("rank_in_gene", "rank_in_run"), "float64"),
    "name": "object",
}
_NUMBERS = {name for name, kind in _READ.items() if kind.startswith("float")}
_NEEDED = {"chrom", "start", "end", "name", "strand", "summit", "score", "sequence"}
_UNKNOWN = "."
_BLOCK = 1 << 24  # bytes of text that are parsed at a time


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """Sites of one table or of several ones after another.

    Attributes
    ----------
    tables : tuple of int
        Number of each table, ascending.
    counts : tuple of int
        Sites of each of these tables in the frame.
    rows : pd.DataFrame
        A row per site.
        `TEXTS` are categorical; `label` is the name of a site up to its last colon, and `number` what follows.
        `PLACES` are int64, `MEASURES` float32 with NaN for an unknown value, `RANKS` int64 with 0 for an unknown one.
    """

    tables: tuple[int, ...]
    counts: tuple[int, ...]
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Piece:
    """Complete lines of a table."""

    table: int
    header: tuple[str, ...]
    text: bytes


def read_site_frames(paths: Sequence[Path], refuse: Callable[[InputError], None]) -> Iterator[SiteFrame]:
    """Read tables of sites in their order.

    Parameters
    ----------
    paths : sequence of Path
        The tables, as `site_files.SiteWriter` writes them.
    refuse : callable
        Gets an error for each table that cannot be read to its end. Its remaining rows are left out.

    Yields
    ------
    SiteFrame
        All sites, in the order of the tables and of their rows.
    """
    batch: list[_Piece] = []
    for piece in _pieces(paths, refuse):
        if batch and (piece.header != batch[0].header or sum(len(each.text) for each in batch) >= _BLOCK):
            yield from _parse(batch, paths, refuse)
            batch = []
        batch.append(piece)
    yield from _parse(batch, paths, refuse)


def _pieces(paths: Sequence[Path], refuse: Callable[[InputError], None]) -> Iterator[_Piece]:
    """Read the tables piece by piece."""
    for table, path in enumerate(paths):
        try:
            header = tuple(read_columns(path))
            with gzip.open(path) as file:
                file.readline()
                while block := file.read(_BLOCK):
                    text = block + file.readline()
                    if not text.endswith(b"\n") or text.count(b"\t") != text.count(b"\n") * (len(header) - 1):
                        raise InputError("has an incomplete line: run the scan again", path)
                    yield _Piece(table, header, text)
        except (OSError, EOFError, zlib.error) as error:
            refuse(InputError(f"cannot be read ({error}): run the scan again", path))
        except InputError as error:
            refuse(error)


def _parse(batch: Sequence[_Piece], paths: Sequence[Path], refuse: Callable[[InputError], None]) -> Iterator[SiteFrame]:
    """Parse pieces together; one after the other if there is an error, to leave out those that have it."""
    if not batch:
        return
    try:
        rows = _parse_rows(b"".join(piece.text for piece in batch), batch[0].header)
        counts = tuple(piece.text.count(b"\n") for piece in batch)
        if sum(counts) != len(rows):
            raise ValueError("a line is incomplete")
        yield SiteFrame(tuple(piece.table for piece in batch), counts, rows)
    except ValueError as error:
        if len(batch) == 1:
            text = " ".join(str(error).split())
            refuse(InputError(f"cannot be read ({text}): run the scan again", paths[batch[0].table]))
            return
        for piece in batch:
            yield from _parse([piece], paths, refuse)


def _parse_rows(text: bytes, header: Sequence[str]) -> pd.DataFrame:
    """Parse complete lines. Raise ValueError if a field is malformed."""
    columns = [name for name in header if name in _READ]
    frame = pd.read_csv(
        io.BytesIO(text), sep="\t", header=None, names=list(header), usecols=columns, dtype=_READ,
        quoting=csv.QUOTE_NONE, keep_default_na=False, na_values={name: [""] for name in _NUMBERS & {*columns}},
    ).rename(columns=_EARLIER)  # fmt: skip
    frame["label"], frame["number"] = _split_names(frame.pop("name"))
    for name in TEXTS:
        if name not in frame:
            frame[name] = pd.Categorical.from_codes(np.zeros(len(frame), np.int8), [_UNKNOWN])
    for name in MEASURES:
        if name not in frame:
            frame[name] = np.float32(np.nan)
    for name in RANKS:
        frame[name] = frame[name].fillna(0).astype("int64") if name in frame else 0
    return frame[[*TEXTS, *PLACES, *MEASURES, *RANKS]]


def read_columns(path: Path) -> list[str]:
    """Read the names of the columns of a table of sites.

    Raises
    ------
    InputError
        The table cannot be read, or is not a table of sites.
    """
    line = next((line for _, line in read_lines(path)), "")
    columns = line.split("\t")
    if not columns or not _NEEDED.issubset(columns):
        raise InputError("has other columns than the table that a run writes: run the scan again", path)
    return columns


def copy_lines(path: Path, selected: np.ndarray, columns: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table of sites that are selected, as the table spells them.

    Parameters
    ----------
    path : Path
        The table.
    selected : np.ndarray
        Bool array (rows,), whether to copy each row.
    columns : sequence of str
        Columns to copy, in their order. A column that the table lacks is '.'.

    Yields
    ------
    str
        A line without its end.

    Raises
    ------
    InputError
        The table cannot be read, or has fewer rows.
    """
    header = read_columns(path)
    indices = [header.index(name) if name in header else None for name in columns]
    is_whole = indices == list(range(len(header)))
    lines = (line for number, line in read_lines(path) if number > 1)
    count = 0
    for line, is_selected in zip(lines, selected.tolist(), strict=False):
        count += 1
        if is_selected:
            yield line if is_whole else _select_fields(line, indices)
    if count < len(selected):
        raise InputError("has fewer rows than before: reload the page", path)


def list_common_columns(paths: Sequence[Path]) -> list[str]:
    """List the columns that any of some tables of sites has: those of all runs first, then further ones."""
    names = dict.fromkeys(name for path in paths for name in read_columns(path))
    return [*(name for name in SITE_COLUMNS if name in names), *(name for name in names if name not in SITE_COLUMNS)]


def _select_fields(line: str, indices: Sequence[int | None]) -> str:
    fields = line.split("\t")
    return "\t".join([_UNKNOWN if index is None else fields[index] for index in indices])


def _split_names(names: pd.Series) -> tuple[pd.Categorical, np.ndarray]:
    """Split names of sites at their last colon into a text and a number; a name without a number has 0."""
    parts = [name.rpartition(":") for name in names.tolist()]
    has_number = [bool(colon) and end.isascii() and end.isdecimal() and len(end) < 10 for _, colon, end in parts]
    labels = [part[0] if is_numbered else "".join(part) for part, is_numbered in zip(parts, has_number, strict=True)]
    numbers = [int(part[2]) if is_numbered else 0 for part, is_numbered in zip(parts, has_number, strict=True)]
    return pd.Categorical(labels, categories=list(dict.fromkeys(labels))), np.array(numbers, np.int64)
