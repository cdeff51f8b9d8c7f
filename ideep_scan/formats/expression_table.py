"""Tables of gene expression in TPM, as salmon, kallisto, RSEM, StringTie and spreadsheets write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import isfinite
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions

NAME_COLUMNS = frozenset(
    {"gene", "gene id", "gene name", "gene symbol", "geneid", "symbol", "name", "transcript id", "target id"}
)
_LARGEST_SUM = 1.1e6  # the TPM of a sample add up to a million
_COLUMNS = "give a tab-separated table with a header that names a column gene, gene_id, gene_name or Name, and one TPM"
_Line = tuple[int, list[str]]


@dataclass(frozen=True)
class ExpressionRow:
    """Expression of one gene or transcript.

    Attributes
    ----------
    names : tuple of str
        Its names, in the order of the columns; at least one.
    tpm : float
        Transcripts per million, 0 or more.
    """

    names: tuple[str, ...]
    tpm: float


@dataclass(frozen=True, eq=False)
class ExpressionTable:
    """Expression of the genes of one sample.

    Attributes
    ----------
    path : Path
        The file.
    rows : tuple of ExpressionRow
        In the order of the file; at least one.
    notes : tuple of str
        Rows that are left out or added up, a line per reason.
    """

    path: Path
    rows: tuple[ExpressionRow, ...]
    notes: tuple[str, ...]


def read_expression(path: Path, strict: bool = False) -> ExpressionTable:
    """Read a table of gene expression, plain or gzipped, with columns separated by tabs.

    Its header names a column TPM and one or more of `NAME_COLUMNS`, in any case and with "_" or blanks.
    Other columns are ignored.
    A table without a header has two columns, gene and TPM.
    Lines that begin with # are comments.

    Parameters
    ----------
    path : Path
        The file.
    strict : bool
        Raise an error at the first row that cannot be used.

    Returns
    -------
    ExpressionTable
        The rows.

    Raises
    ------
    InputError
        The file cannot be read as text, lacks a column, holds logarithms, counts or several samples,
        or has too few usable rows.
    """
    exclusions = Exclusions(path, "row", strict)
    lines = _split_lines(path)
    start = list(islice(lines, 2))
    if not start:
        raise InputError(f"has no rows; {_COLUMNS}", path)
    if len(start[0][1]) == 2 and _parse(start[0][1][1]) is not None:
        name_columns, tpm_column = [0], 1
    else:
        name_columns, tpm_column = _find_columns(start, path)
        start = start[1:]
    rows = list(_read_rows(chain(start, lines), exclusions, name_columns, tpm_column))
    exclusions.check(len(rows))
    if not rows:
        raise InputError("has no rows below its header; give a table with at least one gene", path)
    total = sum(row.tpm for row in rows)
    if total > _LARGEST_SUM:
        raise InputError(
            f"its TPM add up to {total:,.0f}, but those of a sample add up to 1,000,000: "
            "give one sample, in TPM instead of counts",
            path,
        )
    return ExpressionTable(path, tuple(rows), exclusions.notes())


def _split_lines(path: Path) -> Iterator[_Line]:
    """Yield number and fields of each line; fields lose their quotes, blank lines and comments are skipped."""
    for number, line in read_lines(path):
        if line.strip() and not line.startswith("#"):
            yield number, [field.strip().strip('"') for field in line.split("\t")]


def _find_columns(start: Sequence[_Line], path: Path) -> tuple[list[int], int]:
    """Find the columns of names and TPM in the header, the first of two lines."""
    number, header = start[0]
    columns = [column.casefold().replace("_", " ") for column in header]
    if len(start) == 2 and len(start[1][1]) == len(columns) + 1:
        columns = ["gene", *columns]  # R leaves out the header of row names
    names = [index for index, column in enumerate(columns) if column in NAME_COLUMNS]
    values = [index for index, column in enumerate(columns) if column == "tpm"]
    if not names or len(values) != 1:
        fault = "has several columns TPM" if len(values) > 1 else f"has no column {'TPM' if names else 'of genes'}"
        raise InputError(f"{fault}: {_COLUMNS}", path, number)
    return names, values[0]


def _read_rows(
    lines: Iterable[_Line], exclusions: Exclusions, name_columns: Sequence[int], tpm_column: int
) -> Iterator[ExpressionRow]:
    """Yield the rows that can be used; count the others."""
    genes: set[str] = set()
    for number, fields in lines:
        names = tuple(fields[column] for column in name_columns if column < len(fields) and fields[column])
        tpm = _parse(fields[tpm_column]) if tpm_column < len(fields) else None
        if not names:
            exclusions.add("without a gene", "\t".join(fields), number)
        elif tpm is None:
            exclusions.add("without a number as TPM", names[0], number)
        elif tpm < 0:
            raise InputError(f"{names[0]} has a TPM below 0: give TPM, not their logarithm", exclusions.path, number)
        else:
            if names[0] in genes:
                exclusions.remark("of a gene that an earlier row has, added to it", names[0], number)
            genes.add(names[0])
            yield ExpressionRow(names, tpm)


def _parse(text: str) -> float | None:
    """Parse a finite number; None if the text is not one."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
