"""Values of a bigWig that a run wrote: of an interval, or of single positions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyBigWig

from ideep_scan.errors import InputError


def read_values(path: Path, chrom: str, start: int, end: int) -> np.ndarray:
    """Read the values of an interval.

    Parameters
    ----------
    path : Path
        The bigWig.
    chrom : str
        Contig, as the file spells it.
    start, end : int
        0-based, half-open.

    Returns
    -------
    ndarray
        float32, shape (end - start,), in genome order; NaN where the file has no value.

    Raises
    ------
    InputError
        The file is missing or damaged, the contig is unknown, or the interval is not inside of the contig.
    """
    with _open(path) as file:
        length = file.chroms(chrom)
        if length is None:
            raise InputError(f"has no contig {chrom}: use one of {', '.join(list(file.chroms())[:5])}, ...", path)
        if not 0 <= start < end <= length:
            raise InputError(f"{chrom}:{start}-{end} is not an interval of a contig of {length:,} nt", path)
        try:
            return np.asarray(file.values(chrom, start, end, numpy=True), np.float32)
        except RuntimeError as error:
            raise _damage_error(path) from error


def read_positions(path: Path, chroms: Sequence[str], positions: Sequence[int]) -> np.ndarray:
    """Read the values of single positions.

    Parameters
    ----------
    path : Path
        The bigWig.
    chroms : sequence of str
        Contig of each position, as the file spells it.
    positions : sequence of int
        0-based positions, in any order.

    Returns
    -------
    ndarray
        float32, shape (n,); NaN where the file has no value or lacks the contig.

    Raises
    ------
    InputError
        The file is missing or damaged.
    """
    values = np.full(len(positions), np.nan, np.float32)
    with _open(path) as file:
        lengths = file.chroms()
        try:
            for row, (chrom, position) in enumerate(zip(chroms, positions, strict=True)):
                if position < lengths.get(chrom, 0):
                    values[row] = file.values(chrom, position, position + 1)[0]
        except RuntimeError as error:
            raise _damage_error(path) from error
    return values


def _open(path: Path) -> Any:
    if not path.is_file():  # pyBigWig would print to standard error
        raise InputError("is missing: run the scan again", path)
    try:
        return pyBigWig.open(str(path))
    except (OSError, RuntimeError) as error:
        raise InputError("cannot be read as a bigWig: run the scan again", path) from error


def _damage_error(path: Path) -> InputError:
    return InputError("is damaged: run the scan again", path)
