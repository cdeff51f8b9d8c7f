"""The table of known motifs: one row per position of a motif, tab-separated.

Columns: motif, protein, symbol, position (1-based), A, C, G, U.
Lines that begin with # are comments.
The rows of a motif are consecutive, in the order of their positions.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_table_rows
from ideep_scan.records.pwm import Pwm

COLUMNS = ("motif", "protein", "symbol", "position", "A", "C", "G", "U")
_FOLDER = "data/motifs"
_PACKAGED = "rnacompete_human_102.tsv"
_SETS = {"CISBP-RNA": _PACKAGED, "RBNS": "rbns_human.tsv"}  #: tables of the package by name of the set


def read_pwms(path: str | Path | None = None) -> tuple[Pwm, ...]:
    """Read the motifs of a table.

    Parameters
    ----------
    path : str or Path or None
        The table. None reads the 102 human RNAcompete motifs of the package.

    Returns
    -------
    tuple[Pwm, ...]
        In the order of the table.

    Raises
    ------
    InputError
        The file is missing, a header or row is malformed, a motif is incomplete or split, or the table is empty.

    Examples
    --------
    >>> len(read_pwms())
    102
    """
    if path is None:
        return _read_packaged(_PACKAGED)
    names: dict[str, tuple[str, str]] = {}
    rows: dict[str, list[list[float]]] = {}
    last = ""
    for number, fields in read_table_rows(path, COLUMNS, "is not a motif table; "):
        motif, protein, symbol, position, counts = _row(fields, path, number)
        if motif != last and motif in rows:
            raise InputError(f"motif {motif} occurs in two places; keep its rows together", path, number)
        if position != len(rows.setdefault(motif, [])) + 1:
            raise InputError(
                f"motif {motif}: position {position} should be {len(rows[motif]) + 1}; number the rows from 1",
                path,
                number,
            )
        if names.setdefault(motif, (protein, symbol)) != (protein, symbol):
            raise InputError(f"motif {motif} has several proteins or symbols; write the same in all rows", path, number)
        rows[motif].append(counts)
        last = motif
    if not rows:
        raise InputError("has no motifs; give a table with at least one", path)
    return tuple(Pwm(motif, *names[motif], np.array(counts)) for motif, counts in rows.items())


def read_known_sets() -> dict[str, tuple[Pwm, ...]]:
    """Read the sets of known motifs of the package.

    Returns
    -------
    dict
        Motifs by name of the set: CISBP-RNA (102 RNAcompete motifs), and RBNS (RNA Bind-n-Seq).

    Examples
    --------
    >>> {name: len(pwms) for name, pwms in read_known_sets().items()}
    {'CISBP-RNA': 102, 'RBNS': 39}
    """
    return {name: _read_packaged(table) for name, table in _SETS.items()}


def _read_packaged(name: str) -> tuple[Pwm, ...]:
    with as_file(files("ideep_scan").joinpath(_FOLDER, name)) as path:
        return read_pwms(path)


def _row(fields: list[str], path: str | Path, number: int) -> tuple[str, str, str, int, list[float]]:
    if len(fields) != len(COLUMNS):
        raise InputError(f"{len(fields)} columns; a row has {len(COLUMNS)}, tab-separated", path, number)
    motif, protein, symbol, position, *counts = fields
    try:
        place, values = int(position), [float(count) for count in counts]
    except ValueError:
        raise InputError("position and counts must be numbers", path, number) from None
    if not all(0 <= value < float("inf") for value in values) or sum(values) == 0:
        raise InputError("counts must be finite, not below 0, and not all 0", path, number)
    return motif, protein, symbol, place, values
