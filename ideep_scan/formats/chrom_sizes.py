"""Two columns, contig and length: the lengths of a genome of which the FASTA is an excerpt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.text import read_lines

_LIMIT = 2**32  # what a bigWig can state
_DIGITS = len(str(_LIMIT))


def read_chrom_sizes(path: str | Path) -> dict[str, int]:
    """Contig lengths in the order of the file. Raises InputError, with the line, for anything but two columns."""
    sizes: dict[str, int] = {}
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split()
        digits = columns[1] if len(columns) > 1 and columns[1].isascii() and columns[1].isdecimal() else ""
        length = int(digits) if 0 < len(digits) <= _DIGITS else 0
        if not 0 < length < _LIMIT:
            raise InputError("is not 'contig length': give a chrom.sizes file", path, number)
        if columns[0] in sizes:
            raise InputError(f"the contig {columns[0]} is named twice: keep one line", path, number)
        sizes[columns[0]] = length
    if not sizes:
        raise InputError("names no contig: give a chrom.sizes file", path)
    return sizes


def read_genome_sizes(path: str | Path, contigs: Mapping[str, int]) -> dict[str, int]:
    """Lengths to write into tracks: those of the file, which must hold every contig of the FASTA at its length or more.

    Contigs of the FASTA come first, in its order, which is that of a scan.

    Raises
    ------
    ContigMismatch : a contig of the FASTA is missing or longer than the file says.
    """
    sizes = read_chrom_sizes(path)
    for name, length in contigs.items():
        if sizes.get(name, -1) < length:
            said = f"{sizes[name]} bases" if name in sizes else "not there"
            raise ContigMismatch(
                f"contig {name} has {length} bases in the FASTA and is {said} here: give the sizes of its assembly",
                path,
            )
    return {name: sizes[name] for name in contigs} | sizes
