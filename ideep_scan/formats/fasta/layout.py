"""Rows of a .fai and the lines they describe: read letters by place, and prove that rows and file belong together.

Letters are read here and not by samtools, because samtools counts a blank inside a line as a base when it seeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.random_access import FastaBytes

_SAMPLE = 1000  # contigs whose place is checked
_LONGEST_HEADER = 1 << 20  # bytes between two sequences
_BLOCK = 1 << 22  # bases
_LINE_END, _HEADER_START, _FIRST_LETTER = ord("\n"), ord(">"), 33
_NUCLEOTIDES = b"ACGTUNRYSWKMBDHVX"
_IS_BLANK = np.zeros(256, np.bool_)
_IS_BLANK[np.frombuffer(b" \t\r\n\v\f", np.uint8)] = True
_IS_BASE = np.zeros(256, np.bool_)
_IS_BASE[np.frombuffer(_NUCLEOTIDES + _NUCLEOTIDES.lower(), np.uint8)] = True


class LayoutError(Exception):
    """An index and the lines of its FASTA do not agree; `str(error)` says where."""


@dataclass(frozen=True, eq=False)
class FastaIndex:
    """Rows of a .fai.

    Attributes
    ----------
    names : list of str
        Contigs in the order of the index.
    lengths, offsets, bases, widths : np.ndarray
        int64 arrays: bases of each contig, offset of its first base, bases of a line and bytes of a line.
    fai : bytes
        The .fai itself.
    gzi : bytes or None
        The .gzi of a bgzip file.
    """

    names: list[str]
    lengths: np.ndarray
    offsets: np.ndarray
    bases: np.ndarray
    widths: np.ndarray
    fai: bytes
    gzi: bytes | None = None

    def ends(self) -> np.ndarray:
        """Return the offset behind the last base of each contig."""
        before = np.maximum(self.lengths - 1, 0)
        bases = np.maximum(self.bases, 1)
        return self.offsets + np.where(self.lengths > 0, before // bases * self.widths + before % bases + 1, 0)


def parse_fai(fai: bytes, gzi: bytes | None = None) -> FastaIndex:
    """Read the rows of a .fai.

    Raises
    ------
    LayoutError
        A row is damaged, a name occurs twice, or there is no row.
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
    """Check that each contig of an index begins behind its own header line and that nothing else lies in between.

    Up to 1,000 contigs are checked; of more, a sample with the first and the last one.

    Raises
    ------
    LayoutError
        The index is that of another file.
    """
    order = np.argsort(index.offsets, kind="stable")
    ends = index.ends()
    last = len(order) - 1
    for rank in np.unique(np.linspace(0, last, min(_SAMPLE, last + 1)).astype(np.int64)).tolist():
        before = int(order[rank - 1]) if rank else None
        _check_header(index, source, int(order[rank]), before, ends)
    end = int(ends[order[last]])
    if index.lengths[order[last]] and not source.read(end - 1, 1).strip():
        raise LayoutError("it reaches past the end of the file")
    while rest := source.read(end, _LONGEST_HEADER):
        if rest.strip():
            raise LayoutError("the file goes on behind its last contig")
        end += len(rest)


def _check_header(index: FastaIndex, source: FastaBytes, row: int, before: int | None, ends: np.ndarray) -> None:
    """Check the header line of a contig, which follows the contig `before`, and its first line of sequence."""
    name, offset, width = index.names[row], int(index.offsets[row]), int(index.widths[row])
    start = 0 if before is None else int(ends[before])
    if not 0 < offset - start <= _LONGEST_HEADER:
        raise LayoutError(f"{name} does not follow the contig before it")
    gap = source.read(start, offset - start)
    rest, *headers = gap.split(b"\n") if start else (b"", *gap.split(b"\n"))
    # samtools leaves out a record without bases, so that its header lies here too.
    headers = [line.strip() for line in headers if line.strip()]
    own = (headers or [b""])[-1][1:].split(maxsplit=1)[:1]
    if rest.strip() or gap[-1:] != b"\n" or own != [name.encode()] or any(line[:1] != b">" for line in headers):
        raise LayoutError(f"{name} does not begin behind a line '>{name}'")
    letters(index, source, row, 0, int(min(index.bases[row], index.lengths[row], _LONGEST_HEADER)))
    if index.lengths[row] > index.bases[row] and source.read(offset + width - 1, 1) != b"\n":
        raise LayoutError(f"a line of {name} does not end where it says")


def check_lines(index: FastaIndex, source: FastaBytes, path: Path) -> None:
    """Read the whole file as the index has it.

    Raises
    ------
    LayoutError
        A line is not as long as the index says, or holds a blank.
    InputError
        A letter stands for no nucleotide.
    """
    for row, length in enumerate(index.lengths.tolist()):
        for start in range(0, length, _BLOCK):
            check_letters(
                letters(index, source, row, start, min(start + _BLOCK, length)), index.names[row], start, path
            )


def letters(index: FastaIndex, source: FastaBytes, row: int, start: int, end: int) -> np.ndarray:
    """Return the letters `[start, end)` of a contig, which must lie inside of it: uint8 array (end - start,).

    Raises
    ------
    LayoutError
        The lines are not those of the index: a line end or a blank lies where a base is expected, or the reverse.
    """
    name, bases, width = index.names[row], int(index.bases[row]), int(index.widths[row])
    if start >= end:
        return np.empty(0, np.uint8)
    first, last = divmod(start, bases), divmod(end - 1, bases)
    begin = int(index.offsets[row]) + first[0] * width + first[1]
    count = (last[0] - first[0]) * width + last[1] - first[1] + 1
    data = source.read(begin, count)
    if len(data) != count:
        raise LayoutError(f"{name} reaches past the end of the file")
    found, between = _split(np.frombuffer(data, np.uint8), first[1], last[0] - first[0] + 1, bases, width)
    if not _IS_BLANK[between].all() or (found < _FIRST_LETTER).any() or (found == _HEADER_START).any():
        raise LayoutError(f"a line of {name} near base {start + 1:,} holds a blank or is not as long as the others")
    return found


def _split(data: np.ndarray, column: int, lines: int, bases: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Letters, and what lies between lines, of bytes that begin at a column of a line and touch so many lines."""
    if lines <= 2:  # lines may be very long
        first = bases - column
        return np.concatenate([data[:first], data[width - column :]]), data[first : width - column]
    padded = np.full(lines * width, _LINE_END, np.uint8)
    padded[column : column + data.size] = data
    grid = padded.reshape(lines, width)
    count = data.size - (lines - 1) * (width - bases)
    return grid[:, :bases].reshape(-1)[column : column + count], grid[:, bases:]


def check_letters(found: np.ndarray, name: str, start: int, path: Path) -> None:
    """Raise InputError for the first letter that stands for no nucleotide; `start` is the place of the first letter."""
    strange = find_non_nucleotide(found)
    if strange is not None:
        raise InputError(
            f"contig {name} holds {chr(found[strange])!r} at base {start + strange + 1:,}, which stands for no "
            "nucleotide; give a FASTA of DNA or RNA, without gaps",
            path,
        )


def find_non_nucleotide(found: np.ndarray) -> int | None:
    """Return the place of the first letter (uint8) that stands for no nucleotide; None if all do."""
    strange = np.flatnonzero(~_IS_BASE[found])
    return int(strange[0]) if strange.size else None
