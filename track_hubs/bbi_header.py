"""Headers of bigWig and bigBed files, as the checks need them. It reads no value and no row.

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
    """What a file says of itself.

    Attributes
    ----------
    kind : bigWig or bigBed.
    contigs : name and length in nt of each contig that it names.
    fields, defined_fields : of a bigBed: columns, and how many of them are plain BED.
    names : of a bigBed with an autoSql: the names of its columns.
    indexed : of a bigBed: columns that can be searched.
    """

    kind: str
    contigs: dict[str, int]
    fields: int = 0
    defined_fields: int = 0
    names: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()


def read_header(path: Path) -> Header:
    """The header of a file.

    Raises
    ------
    NotBbi : no bigWig or bigBed, or one that is damaged.
    """
    with BbiFile(path) as file:
        names = _names(file) if file.sql_at else ()
        indexed = _indexed(file, names) if file.extension_at else ()
        kind = "bigWig" if file.is_bigwig else "bigBed"
        return Header(kind, file.chroms(), file.fields, file.defined_fields, names, indexed)


def _names(file: BbiFile) -> tuple[str, ...]:
    """Names of the columns, from the autoSql."""
    text = file.read_up_to(file.sql_at, 65536).split(b"\0", 1)[0].decode("utf-8", "replace")
    return tuple(_FIELD.findall(text.partition("(")[2]))


def _indexed(file: BbiFile, names: tuple[str, ...]) -> tuple[str, ...]:
    """Columns with an index of their own, from the header's extension."""
    _, count, place = _EXTENSION.unpack(file.read(file.extension_at, _EXTENSION.size))
    found = []
    for _ in range(count):
        _, fields, _ = _INDEX.unpack(file.read(place, _INDEX.size))
        place += _INDEX.size
        for (field,) in _INDEXED_FIELD.iter_unpack(file.read(place, fields * _INDEXED_FIELD.size)):
            found += [names[field]] if field < len(names) else []
        place += fields * _INDEXED_FIELD.size
    return tuple(found)
