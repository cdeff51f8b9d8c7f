"""Read windows from a FASTA, bound or unbound as their headers tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import read_headed_records
from ideep_scan.records.packed import crop_centre

_CLASS = re.compile(r"(?:^|[\s;,|])class[:=]\s*([01])\b", re.IGNORECASE)


class LabelledWindow(NamedTuple):
    """A window.

    Attributes
    ----------
    line : int
        1-based number of the line of its header.
    name : str
        First word of the header.
    label : int or None
        1 for a bound window, 0 for an unbound one; None if the header does not tell.
    codes : np.ndarray
        Int8 array (width,), 5'→3': 0 1 2 3 = A C G U, 4 = unknown.
    """

    line: int
    name: str
    label: int | None
    codes: np.ndarray


def read_labelled_windows(path: str | Path, width: int) -> Iterator[LabelledWindow]:
    """Read windows; a longer record is cropped to the window around its centre.

    A header with `class:1` is that of a bound window, one with `class:0` that of an unbound one.

    Parameters
    ----------
    path : str or Path
        FASTA, plain or gzipped.
    width : int
        Width of a window, nt.

    Yields
    ------
    LabelledWindow
        The records in their order.

    Raises
    ------
    InputError
        The file cannot be read, is not a FASTA, has a record that is too short, or labels only some records.
    """
    labelled: bool | None = None
    for line, header, codes in read_headed_records(path):
        name = header.split(maxsplit=1)[0]
        if len(codes) < width:
            raise InputError(
                f"the record {name} has {len(codes)} bases; give windows of {width} or more around their sites",
                path,
                line,
            )
        match = _CLASS.search(header)
        if labelled is None:
            labelled = match is not None
        elif labelled != (match is not None):
            raise InputError(
                f"the header of {name} {'lacks' if labelled else 'has'} a class, unlike those before: "
                "write class:1 or class:0 in all headers, or in none",
                path,
                line,
            )
        yield LabelledWindow(line, name, None if match is None else int(match[1]), crop_centre(codes, width))
