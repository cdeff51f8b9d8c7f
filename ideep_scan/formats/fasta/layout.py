"""Rows of a .fai and the lines of the FASTA that they describe.

This module reads letters by position, and checks that index and file belong together.
samtools is not used because it counts a blank inside a line as a base when it seeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.random_access import FastaBytes

_SAMPLE = 1000  # contigs whose header is checked
_LONGEST_HEADER = 1 << 20  # bytes between two sequences
_BLOCK = 1 << 22  # bases
_LINE_END, _HEADER_START, _FIRST_LETTER = ord("\n"), ord(">"), 33
_NUCLEOTIDES = b"ACGTUNRYSWKMBDHVXacgtunryswkmbdhvx"
_IS_BLANK = np.zeros(256, np.bool_)
_IS_BLANK[np.frombuffer(b" \t\r\n\v\f", np.uint8)] = True
_IS_BASE = np.zeros(256, np.bool_)
_IS_BASE[np.frombuffer(_NUCLEOTIDES, np.uint8)] = True


class LayoutError(Exception):
    """The index and the lines of a FASTA do not agree; `str(error)` says where."""


@dataclass(frozen=True, eq=False)
class FastaIndex:
    """Rows of a .fai.

    Attributes
    ----------
    names : list[str]
        Contigs in the order of the index.
    lengths : np.ndarray
        int64 array (n,): bases of each contig.
    offsets : np.ndarray
        int64 array (n,): offset of the first base of each contig, in uncompressed bytes.
    bases : np.ndarray
        int64 array (n,): bases per line.
    widths : np.ndarray
        int64 array (n,): bytes per line.
    fai : bytes
        Content of the .fai.
    gzi : bytes or None
        Content of the .gzi of a bgzip file.
    """

    names: list[str]
    lengths: np.ndarray
    offsets: np.ndarray
    bases: np.ndarray
    widths: np.ndarray
    fai: bytes
    gzi: bytes | None = None

    def ends(self) -> np.ndarray:
        """Compute the offset after the last base of each contig.

        Returns
        -------
        np.ndarray
            int64 array (n,), in uncompressed bytes.
        """
        last_base = np.maximum(self.lengths - 1, 0)
        bases = np.maximum(self.bases, 1)
        return self.offsets + np.where(self.lengths > 0, last_base // bases * self.widths + last_base % bases + 1, 0)


def parse_fai(fai: bytes, gzi: bytes | None = None) -> FastaIndex:
    r"""Parse the content of a .fai.

    Parameters
    ----------
    fai : bytes
        Content of the .fai.
    gzi : bytes or None
        Content of the .gzi of a bgzip file, stored as it is.

    Returns
    -------
    FastaIndex
        The rows.

    Raises
    ------
    LayoutError
        A row is damaged, a name occurs twice, or the index is empty.

    Examples
    --------
    >>> parse_fai(b"chr1\t6\t6\t4\t5\n").ends().tolist()
    [13]
    """
    rows = fai.splitlines()
    fields = fai.split()
    if not rows or len(fields) != 5 * len(rows) or any(row.count(b"\t") != 4 for row in rows):
        raise LayoutError("it is damaged")
    try:
        names = [name.decode() for name in fields[::5]]
        numbers = [np.array(fields[column::5]).astype(np.int64) for column in range(1, 5)]
    except (ValueError, OverflowError) as error:
        raise LayoutError("it is damaged") from error
    lengths, offsets, bases, widths = numbers
    has_bases = lengths > 0
    is_wrong = (lengths < 0) | (offsets < 1) | (has_bases & ((bases < 1) | (widths < bases)))
    is_wrong |= (lengths > bases) & (widths <= bases) & has_bases
    is_wrong |= (lengths > 1 << 40) | (offsets > 1 << 50) | (widths > 1 << 40)
    if is_wrong.any() or len(set(names)) < len(names):
        raise LayoutError("it is damaged")
    return FastaIndex(names, lengths, offsets, bases, widths, fai, gzi)


def check_headers(index: FastaIndex, source: FastaBytes) -> None:
    """Check that each contig of an index follows its own header line, with only headers in between.

    Up to 1,000 contigs are checked. Of more contigs a sample is checked, with the first and the last one.

    Parameters
    ----------
    index : FastaIndex
        The index.
    source : FastaBytes
        Bytes of the FASTA.

    Raises
    ------
    LayoutError
        The index belongs to another file.
    """
    order = np.argsort(index.offsets, kind="stable")
    ends = index.ends()
    last = len(order) - 1
    for rank in np.unique(np.linspace(0, last, min(_SAMPLE, last + 1)).astype(np.int64)).tolist():
        predecessor = int(order[rank - 1]) if rank else None
        _check_header(index, source, int(order[rank]), predecessor, ends)
    end = int(ends[order[last]])
    if index.lengths[order[last]] and not source.read(end - 1, 1).strip():
        raise LayoutError("it reaches past the end of the file")
    while remainder := source.read(end, _LONGEST_HEADER):
        if remainder.strip():
            raise LayoutError("the file continues after its last contig")
        end += len(remainder)


def _check_header(index: FastaIndex, source: FastaBytes, row: int, predecessor: int | None, ends: np.ndarray) -> None:
    """Check the header line of a contig, which follows the predecessor's bases, and its first line of sequence."""
    name, offset, width = index.names[row], int(index.offsets[row]), int(index.widths[row])
    start = 0 if predecessor is None else int(ends[predecessor])
    if not 0 < offset - start <= _LONGEST_HEADER:
        raise LayoutError(f"{name} does not follow the contig before it")
    gap = source.read(start, offset - start)
    remainder, *headers = gap.split(b"\n") if start else (b"", *gap.split(b"\n"))
    # samtools skips a record without bases, so its header is here too.
    headers = [line.strip() for line in headers if line.strip()]
    name_in_header = (headers or [b""])[-1][1:].split(maxsplit=1)[:1]
    if (
        remainder.strip()
        or gap[-1:] != b"\n"
        or name_in_header != [name.encode()]
        or any(line[:1] != b">" for line in headers)
    ):
        raise LayoutError(f"{name} does not follow a line '>{name}'")
    read_letters(index, source, row, 0, int(min(index.bases[row], index.lengths[row], _LONGEST_HEADER)))
    if index.lengths[row] > index.bases[row] and source.read(offset + width - 1, 1) != b"\n":
        raise LayoutError(f"a line of {name} does not end where it says")


def check_lines(index: FastaIndex, source: FastaBytes, path: Path) -> None:
    """Read the whole file through the index and check every line.

    Parameters
    ----------
    index : FastaIndex
        The index.
    source : FastaBytes
        Bytes of the FASTA.
    path : Path
        The FASTA, for messages.

    Raises
    ------
    LayoutError
        A line is not as long as the index says, or holds a blank.
    InputError
        A letter is not a nucleotide.
    """
    for row, length in enumerate(index.lengths.tolist()):
        for start in range(0, length, _BLOCK):
            check_letters(
                read_letters(index, source, row, start, min(start + _BLOCK, length)), index.names[row], start, path
            )


def read_letters(index: FastaIndex, source: FastaBytes, row: int, start: int, end: int) -> np.ndarray:
    """Read the letters of an interval of a contig.

    Parameters
    ----------
    index : FastaIndex
        The index.
    source : FastaBytes
        Bytes of the FASTA.
    row : int
        Row of the contig in the index.
    start, end : int
        0-based half-open interval inside the contig.

    Returns
    -------
    np.ndarray
        uint8 array (end - start,): ASCII letters of the file.

    Raises
    ------
    LayoutError
        The file has a line end or a blank at the position of a base, or the reverse.
    """
    name, bases, width = index.names[row], int(index.bases[row]), int(index.widths[row])
    if start >= end:
        return np.empty(0, np.uint8)
    first_line, first_column = divmod(start, bases)
    last_line, last_column = divmod(end - 1, bases)
    begin = int(index.offsets[row]) + first_line * width + first_column
    count = (last_line - first_line) * width + last_column - first_column + 1
    data = source.read(begin, count)
    if len(data) != count:
        raise LayoutError(f"{name} reaches past the end of the file")
    letters, between = _split(np.frombuffer(data, np.uint8), first_column, last_line - first_line + 1, bases, width)
    if not _IS_BLANK[between].all() or (letters < _FIRST_LETTER).any() or (letters == _HEADER_START).any():
        raise LayoutError(f"a line of {name} near base {start + 1:,} holds a blank or is not as long as the others")
    return letters


def _split(data: np.ndarray, column: int, lines: int, bases: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Separate the letters from the bytes between lines.

    Parameters
    ----------
    data : np.ndarray
        uint8 array: bytes of the file.
    column : int
        Position of the first byte in its line.
    lines : int
        Number of lines that the bytes belong to.
    bases, width : int
        Bases and bytes per line.
    """
    if lines <= 2:  # lines may be very long
        first = bases - column
        return np.concatenate([data[:first], data[width - column :]]), data[first : width - column]
    padded = np.full(lines * width, _LINE_END, np.uint8)
    padded[column : column + data.size] = data
    grid = padded.reshape(lines, width)
    count = data.size - (lines - 1) * (width - bases)
    return grid[:, :bases].reshape(-1)[column : column + count], grid[:, bases:]


def check_letters(letters: np.ndarray, name: str, start: int, path: Path) -> None:
    """Check that all letters are nucleotides.

    Parameters
    ----------
    letters : np.ndarray
        uint8 array: ASCII letters.
    name : str
        Name of the contig.
    start : int
        0-based position of the first letter.
    path : Path
        The FASTA, for messages.

    Raises
    ------
    InputError
        A letter is not a nucleotide. The error names the first one.
    """
    position = find_non_nucleotide(letters)
    if position is not None:
        raise InputError(
            f"contig {name} holds {chr(letters[position])!r} at base {start + position + 1:,}, which is not "
            "a nucleotide; give a FASTA of DNA or RNA, without gaps",
            path,
        )


def find_non_nucleotide(letters: np.ndarray) -> int | None:
    """Find the first letter that is not a nucleotide.

    Parameters
    ----------
    letters : np.ndarray
        uint8 array: ASCII letters.

    Returns
    -------
    int or None
        Its index; None if all letters are nucleotides.

    Examples
    --------
    >>> find_non_nucleotide(np.frombuffer(b"ACG-T", np.uint8))
    3
    """
    if not letters.tobytes().translate(None, _NUCLEOTIDES):
        return None
    return int(np.flatnonzero(~_IS_BASE[letters])[0])
