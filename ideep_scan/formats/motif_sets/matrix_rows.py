"""Rows of motif matrices, and motifs made of them. All formats of motif sets share these rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.protein_names import find_symbols
from ideep_scan.records.pwm import Pwm

RNA = "ACGU"
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(nan|inf)", re.IGNORECASE)
_LONGEST = 1000  # positions; a longer matrix is no binding motif


def parse_row(fields: Sequence[str], path: Path, number: int) -> list[float]:
    """Read the four numbers of a matrix row.

    Parameters
    ----------
    fields : sequence of str
        The fields of the row.
    path : Path
        The file, for errors.
    number : int
        1-based number of the line, for errors.

    Returns
    -------
    list of float
        Numbers of A C G U, in the order of the fields.

    Raises
    ------
    InputError
        The row does not have four numbers, a number is negative or not finite, or all are 0.
    """
    if len(fields) != len(RNA):
        raise InputError(f"a row has {len(fields)} numbers; give 4, for A C G U", path, number)
    try:
        values = [float(field) for field in fields]
    except ValueError:
        raise InputError(f"{' '.join(fields)[:60]!r} is not a row of 4 numbers; correct it", path, number) from None
    if not all(0 <= value < 1e12 for value in values):
        raise InputError("a number of the matrix is negative, infinite or not a number; correct it", path, number)
    if not sum(values) > 0:
        raise InputError("all numbers of the row are 0; give the frequency of each base", path, number)
    return values


def is_row(line: str) -> bool:
    """Test whether a line consists of numbers.

    Parameters
    ----------
    line : str
        The line.

    Returns
    -------
    bool
        False for a blank line.

    Examples
    --------
    >>> is_row("0.1 .2 3e-1 0.4"), is_row("URL http://x"), is_row("")
    (True, False, False)
    """
    fields = line.split()
    return bool(fields) and all(map(_NUMBER.fullmatch, fields))


def make_motif(id: str, title: str, rows: Sequence[Sequence[float]], path: Path, number: int) -> Pwm:
    """Make a motif of its rows.

    Parameters
    ----------
    id : str
        Its id in the file.
    title : str
        Text that names its protein, such as `M001_0.6_A1CF`.
    rows : sequence of sequence of float
        Counts of A C G U by position.
    path : Path
        The file, for errors.
    number : int
        1-based number of the line where the motif begins, for errors.

    Returns
    -------
    Pwm
        The motif. Its symbols are separated by / if the motif belongs to several proteins.

    Raises
    ------
    InputError
        The matrix has no rows, or more than 1,000.
    """
    if not rows:
        raise InputError(f"motif {id} has no matrix rows; complete or remove it", path, number)
    if len(rows) > _LONGEST:
        raise InputError(f"motif {id} has {len(rows)} positions; a motif has up to {_LONGEST}", path, number)
    name, symbols = find_symbols(title)
    return Pwm(id, name, symbols, np.array(rows, np.float64))


def number_duplicates(pwms: Iterable[Pwm]) -> tuple[Pwm, ...]:
    """Give each motif an id of its own.

    Parameters
    ----------
    pwms : iterable of Pwm
        The motifs in the order of the file.

    Returns
    -------
    tuple of Pwm
        All motifs. The second one of an id gets the suffix `.2`, the third one `.3`.

    Examples
    --------
    >>> counts = np.ones((3, 4))
    >>> [pwm.id for pwm in number_duplicates([Pwm("M1", "A", "A", counts), Pwm("M1", "B", "B", counts)])]
    ['M1', 'M1.2']
    """
    pwms = tuple(pwms)
    taken = {pwm.id for pwm in pwms}
    seen: set[str] = set()
    last: dict[str, int] = {}
    numbered = []
    for pwm in pwms:
        if pwm.id not in seen:
            seen.add(pwm.id)
            numbered.append(pwm)
            continue
        copy = last.get(pwm.id, 1) + 1
        while f"{pwm.id}.{copy}" in taken:
            copy += 1
        last[pwm.id] = copy
        taken.add(f"{pwm.id}.{copy}")
        numbered.append(Pwm(f"{pwm.id}.{copy}", pwm.name, pwm.symbol, pwm.counts))
    return tuple(numbered)
