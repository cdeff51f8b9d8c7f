"""Read the published windows and matrices of the 31 CLIP experiments (iONMF, iDeep)."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import read_raw_records
from ideep_scan.formats.text import is_gzip, read_error, require_file
from ideep_scan.kernels.onehot import encode

_HEADER = re.compile(r"\s*([^,\s]+),([+-]),(\d+),(\d+);\s*class:([01])\s*")


@dataclass(frozen=True, slots=True, eq=False)
class WindowTable:
    """Windows of one experiment, one per row.

    Attributes
    ----------
    chrom, strand : np.ndarray
        str arrays (n,).
    start, end : np.ndarray
        int64 arrays (n,), 0-based half-open genome coordinates on both strands.
    label : np.ndarray
        int8 array (n,): 1 = bound, 0 = not bound.
    codes : np.ndarray
        int8 array (n, width), 5'→3' on the window's strand: 0 1 2 3 = A C G U/T, 4 = unknown.
    """

    chrom: np.ndarray
    start: np.ndarray
    end: np.ndarray
    strand: np.ndarray
    label: np.ndarray
    codes: np.ndarray

    def __len__(self) -> int:
        return self.start.size


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A published matrix.

    Attributes
    ----------
    names : tuple[str, ...]
        Names of the columns.
    values : np.ndarray
        float32 array (n, columns).
    rows : tuple[str, ...] or None
        Names of the rows; None if they have none.
    """

    names: tuple[str, ...]
    values: np.ndarray
    rows: tuple[str, ...] | None = None


def read_windows(path: str | Path) -> WindowTable:
    """Read windows from `sequences.fa.gz`.

    A header is `> chrom,strand,first,last;class:0|1`, both ends 0-based and inclusive.
    Sequences of the minus strand are already reverse-complemented.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    WindowTable
        The windows.

    Raises
    ------
    InputError
        A header is malformed, a sequence differs in length from its header, or windows have different widths.
        The file cannot be read.
    """
    rows: list[tuple[str, int, int, str, int]] = []
    letters: list[bytes] = []
    for line, header, sequence in read_raw_records(path):
        match = _HEADER.fullmatch(header)
        if match is None:
            raise InputError(f"header {header.strip()!r} is not 'chrom,strand,first,last; class:0|1'", path, line)
        start, end = int(match[3]), int(match[4]) + 1
        if len(sequence) != end - start or len(sequence) != len(letters[0] if letters else sequence):
            raise InputError(f"{len(sequence)} bases in a window of {end - start}; all must have one width", path, line)
        rows.append((match[1], start, end, match[2], int(match[5])))
        letters.append(sequence)
    chrom, starts, ends, strand, label = zip(*rows, strict=True)
    return WindowTable(
        np.array(chrom),
        np.array(starts, np.int64),
        np.array(ends, np.int64),
        np.array(strand),
        np.array(label, np.int8),
        encode(b"".join(letters)).reshape(len(letters), -1),
    )


def read_matrix(path: str | Path) -> Matrix:
    """Read a published matrix with a header line: region type, co-binding, RNAfold or response.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Matrix
        The matrix.

    Raises
    ------
    InputError
        The file cannot be read, a cell is not a number, a row has another width, or there are no rows.
    """
    header, body = _read_text(path)
    names = tuple(header.split("\t"))
    return Matrix(names, _numbers(body, len(names), path))


def read_motif_scores(path: str | Path) -> Matrix:
    """Read published Cluster-Buster scores (`motif_fea.gz`): one column per motif, rows named by place.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Matrix
        The scores. Names of motifs lack the suffix `.cb`.

    Raises
    ------
    InputError
        As for `read_matrix`.
    """
    header, body = _read_text(path)
    names = tuple(name.removesuffix(".cb") for name in header.split("\t")[1:])
    rows, _, cells = zip(*(line.partition("\t") for line in body.splitlines()), strict=True) if body else ((), (), ())
    return Matrix(names, _numbers("\n".join(cells), len(names), path), tuple(rows))


def _read_text(path: str | Path) -> tuple[str, str]:
    """Read the header line and the body of a text file."""
    path = require_file(path)
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if is_gzip(path) else packed).decode()
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise InputError(f"is truncated, damaged or not text ({error}); copy it again", path) from error
    except OSError as error:
        raise read_error(path, error) from error
    header, _, body = text.partition("\n")
    return header.rstrip("\r"), body


def _numbers(body: str, columns: int, path: str | Path) -> np.ndarray:
    if not body.strip():
        raise InputError("has a header and no rows", path)
    try:
        values = np.loadtxt(io.StringIO(body), np.float32, delimiter="\t", ndmin=2, comments=None)
    except ValueError as error:
        raise InputError(f"is not a table of numbers: {error}", path) from error
    if values.shape[1] != columns:
        raise InputError(f"{columns} columns in the header, {values.shape[1]} in the rows", path, 2)
    return values
