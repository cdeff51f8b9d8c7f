"""Headers of bigWig and bigBed files: contigs, columns and searchable columns.

Layout: Kent et al. 2010, Bioinformatics 26:2204, supplementary tables 5 to 7, and UCSC's bbiFile.h for the extension.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from track_hubs.bbi_file import BbiFile

_EXTENSION = struct.Struct("<HHQ")
_INDEX = struct.Struct("<HHQ4x")
_INDEXED_FIELD = struct.Struct("<H2x")
_FIELD = re.compile(r"^\s*[\w\[\]]+\s+(\w+)\s*;", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a bigWig or bigBed file.

    Attributes
    ----------
    kind : str
        "bigWig" or "bigBed".
    contigs : dict of str to int
        Name and length in nt of each contig.
    fields : int
        Number of columns of a bigBed; 0 for a bigWig.
    defined_fields : int
        Number of those columns that are plain BED.
    names : tuple of str
        Column names from the autoSql; empty without one.
    indexed : tuple of str
        Columns that have a search index.
    """

    kind: str
    contigs: dict[str, int]
    fields: int = 0
    defined_fields: int = 0
    names: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()


def read_header(path: Path) -> Header:
    """Read the header of a bigWig or bigBed file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    BbiError
        The file is neither bigWig nor bigBed, or is damaged.
    """
    with BbiFile(path) as file:
        names = _names(file) if file.sql_at else ()
        indexed = _indexed(file, names) if file.extension_at else ()
        kind = "bigWig" if file.is_bigwig else "bigBed"
        return Header(kind, file.chroms(), file.fields, file.defined_fields, names, indexed)


def _names(file: BbiFile) -> tuple[str, ...]:
    """Read the column names from the autoSql."""
    text = file.read_up_to(file.sql_at, 65536).split(b"\0", 1)[0].decode("utf-8", "replace")
    return tuple(_FIELD.findall(text.partition("(")[2]))


def _indexed(file: BbiFile, names: tuple[str, ...]) -> tuple[str, ...]:
    """Read the names of the indexed columns from the header's extension."""
    _, count, offset = _EXTENSION.unpack(file.read(file.extension_at, _EXTENSION.size))
    columns: list[str] = []
    for _ in range(count):
        _, fields, _ = _INDEX.unpack(file.read(offset, _INDEX.size))
        offset += _INDEX.size
        for (field,) in _INDEXED_FIELD.iter_unpack(file.read(offset, fields * _INDEXED_FIELD.size)):
            columns += [names[field]] if field < len(names) else []
        offset += fields * _INDEXED_FIELD.size
    return tuple(columns)
