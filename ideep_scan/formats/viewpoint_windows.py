"""Read windows of any length around viewpoints, as GraphProt, iDeepS and RNAProt write them.

The upper-case letters of a record are its viewpoint, and the lower-case letters its flanks.
In a record of one case the whole record is the viewpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.layout import find_non_nucleotide
from ideep_scan.formats.fasta.source import read_raw_records
from ideep_scan.kernels.onehot import UNKNOWN, encode
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import find_middle

_UPPER = re.compile(rb"[A-Z](?:.*[A-Z])?")
_CONTIG = re.compile(r"(?:^|[^A-Za-z0-9])(chr[0-9A-Za-z]{1,2})[:,;|_\s(]+[-+]?[(:,;|_\s]*\d+")


class ViewpointWindow(NamedTuple):
    """A window around the centre of a viewpoint.

    Attributes
    ----------
    line : int
        1-based number of the line of its header.
    name : str
        First word of the header.
    contig : str or None
        Contig that the header names; None without coordinates.
    codes : np.ndarray
        Int8 array (width,), 5'→3': 0 1 2 3 = A C G U, 4 = unknown or missing.
    """

    line: int
    name: str
    contig: str | None
    codes: np.ndarray


def read_viewpoint_windows(path: str | Path, width: int, exclusions: Exclusions) -> Iterator[ViewpointWindow]:
    """Read the windows around the viewpoints of a FASTA. Missing flanks are unknown.

    Parameters
    ----------
    path : str or Path
        FASTA, plain or gzipped, of DNA or RNA.
    width : int
        Width of a window, nt, odd.
    exclusions : Exclusions
        Counts records whose viewpoint has an unknown base in its centre.

    Yields
    ------
    ViewpointWindow
        The records in their order.

    Raises
    ------
    InputError
        The file cannot be read, is not a FASTA, or has a record without bases or with other letters.
    """
    for line, header, letters in read_raw_records(path):
        name = (header.split(maxsplit=1) or [f"record at line {line}"])[0]
        position = find_non_nucleotide(np.frombuffer(letters, np.uint8))
        if position is not None:
            letter = chr(letters[position])
            raise InputError(
                f"the record {name} holds {letter!r}, which is not a nucleotide; give DNA or RNA", path, line
            )
        window = _cut_window(letters, width)
        if window[width // 2] == UNKNOWN:
            exclusions.add("with an unknown base in the centre", name, line)
            continue
        contig = _CONTIG.search(header)
        yield ViewpointWindow(line, name, None if contig is None else contig[1], window)


def _cut_window(letters: bytes, width: int) -> np.ndarray:
    """Cut the window around the centre of the viewpoint: int8 (width,)."""
    viewpoint = _UPPER.search(letters)
    first, last = (0, len(letters)) if viewpoint is None else viewpoint.span()
    start = first + find_middle(last - first) - width // 2
    codes = np.full(width, UNKNOWN, np.int8)
    left, right = max(start, 0), min(start + width, len(letters))
    codes[left - start : right - start] = encode(letters[left:right])
    return codes
