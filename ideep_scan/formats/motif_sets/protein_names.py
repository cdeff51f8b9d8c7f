"""Names of proteins in motif sets, and their current gene symbols.

The table of former names has the columns name and symbol, tab-separated.
Lines that begin with # are comments.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import as_file, files

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_table_rows

COLUMNS = ("name", "symbol")
_PACKAGED = "data/motifs/protein_names.tsv"
_CISBP = re.compile(r"\(([^()]+)\)_\([^()]+\)")  # (A1CF)_(Homo_sapiens)_(RBD_1.00)
_ACCESSION = re.compile(r"(?:RNCMPT\d+|M\d+_\d+\.\d+|\d+_\d+)[-_](?=.)")  # of RNAcompete, CISBP-RNA, RBPDB


def find_symbols(title: str) -> tuple[str, str]:
    """Find the protein that the title of a motif names.

    Parameters
    ----------
    title : str
        The title, with or without an accession. Several proteins are separated by /.

    Returns
    -------
    name : str
        The name without accession and species.
    symbols : str
        Current gene symbols, separated by /. A name that is not in the table is its own symbol.

    Examples
    --------
    >>> find_symbols("M031_0.6_HuR/ELAVL3")
    ('HuR/ELAVL3', 'ELAVL1/ELAVL3')
    >>> find_symbols("(A1CF)_(Homo_sapiens)_(RBD_1.00)")
    ('A1CF', 'A1CF')
    """
    species = _CISBP.match(title)
    name = species[1] if species else _ACCESSION.sub("", title, count=1)
    symbols = dict.fromkeys(_former_names().get(part, part) for part in name.split("/"))
    return name, "/".join(symbols)


@lru_cache(1)
def _former_names() -> dict[str, str]:
    symbols = {}
    with as_file(files("ideep_scan").joinpath(_PACKAGED)) as path:
        for number, fields in read_table_rows(path, COLUMNS):
            if len(fields) != len(COLUMNS) or fields[0] in symbols:
                raise InputError("a row has a name that no other row has, and its symbol", path, number)
            symbols[fields[0]] = fields[1]
    return symbols
