"""The table of proteins that share sites: paralogues, and subunits of one complex.

Columns, tab-separated: family and its proteins, comma-separated.
Lines that begin with # are comments.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_table_rows

COLUMNS = ("family", "proteins")
_PACKAGED = "data/families.tsv"


def read_families(path: str | Path | None = None) -> dict[str, str]:
    """Read the families of a table.

    Parameters
    ----------
    path : str or Path or None
        The table. None reads the one of the package.

    Returns
    -------
    dict[str, str]
        Family by protein.

    Raises
    ------
    InputError
        The file is missing, a row is malformed, or a protein is in two families.

    Examples
    --------
    >>> read_families()["TIAL1"]
    'TIA'
    """
    return dict(_packaged()) if path is None else _read(path)


def find_family(protein: str) -> str:
    """Find the family of a protein in the package's table.

    Parameters
    ----------
    protein : str
        Its name.

    Returns
    -------
    str
        The family; the protein itself if the table lacks it.

    Examples
    --------
    >>> find_family("ELAVL2"), find_family("TARDBP")
    ('ELAVL', 'TARDBP')
    """
    return _packaged().get(protein, protein)


def _read(path: str | Path) -> dict[str, str]:
    family_of: dict[str, str] = {}
    for number, fields in read_table_rows(path, COLUMNS):
        if len(fields) != len(COLUMNS) or not all(fields):
            raise InputError("a row has a family and its proteins, tab-separated", path, number)
        for protein in fields[1].split(","):
            if protein in family_of:
                raise InputError(f"{protein} is in {family_of[protein]} and {fields[0]}; keep one", path, number)
            family_of[protein] = fields[0]
    return family_of


@lru_cache(1)
def _packaged() -> dict[str, str]:
    with as_file(files("ideep_scan").joinpath(_PACKAGED)) as path:
        return _read(path)
