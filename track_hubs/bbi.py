"""Headers of bigWig and bigBed files, as the checks need them. It reads no value and no row.

Layout: Kent et al. 2010, Bioinformatics 26:2204, supplementary tables 5 to 7, and UCSC's bbiFile.h for the extension.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyBigWig

_MAGIC = {0x888FFC26: "bigWig", 0x8789F2EB: "bigBed"}
_HEADER = struct.Struct("<IHHQQQHHQQIQ")
_EXTENSION = struct.Struct("<HHQ")
_INDEX = struct.Struct("<HHQ4x")
_INDEXED_FIELD = struct.Struct("<H2x")
_FIELD = re.compile(r"^\s*[\w\[\]]+\s+(\w+)\s*;", re.MULTILINE)


class NotBbi(Exception):
    """The file is neither bigWig nor bigBed, or cannot be read; `str(error)` says why."""


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
    try:
        with path.open("rb") as file:
            block = file.read(_HEADER.size)
            if len(block) < _HEADER.size:
                raise NotBbi("is too short for a bigWig or bigBed")
            magic, _, _, _, _, _, fields, defined, sql_at, _, _, extension_at = _HEADER.unpack(block)
            if magic not in _MAGIC:
                raise NotBbi("is neither bigWig nor bigBed")
            names = _names(file, sql_at) if sql_at else ()
            indexed = _indexed(file, extension_at, names) if extension_at else ()
        with pyBigWig.open(str(path)) as opened:
            contigs = dict(opened.chroms())
    except (OSError, RuntimeError, struct.error) as error:
        raise NotBbi(f"cannot be read ({error})") from error
    return Header(_MAGIC[magic], contigs, fields, defined, names, indexed)


def _names(file: BinaryIO, start: int) -> tuple[str, ...]:
    """Names of the columns, from the autoSql at some offset."""
    file.seek(start)
    text = file.read(65536).split(b"\0", 1)[0].decode("utf-8", "replace")
    return tuple(_FIELD.findall(text.partition("(")[2]))


def _indexed(file: BinaryIO, start: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """Columns with an index of their own, from the header's extension."""
    file.seek(start)
    _, count, listed_at = _EXTENSION.unpack(file.read(_EXTENSION.size))
    found = []
    file.seek(listed_at)
    for _ in range(count):
        _, fields, _ = _INDEX.unpack(file.read(_INDEX.size))
        for _ in range(fields):
            (field,) = _INDEXED_FIELD.unpack(file.read(_INDEXED_FIELD.size))
            found += [names[field]] if field < len(names) else []
    return tuple(found)
