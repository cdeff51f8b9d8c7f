"""Contig lengths from a chrom.sizes file, for a FASTA that is an excerpt of an assembly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.text import read_lines
from track_hubs.chrom_sizes import ChromSizesError, parse_chrom_sizes


def read_chrom_sizes(path: str | Path) -> dict[str, int]:
    """Read a chrom.sizes file, plain or gzipped.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict[str, int]
        Length of each contig in nt, in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read as text, or is not a chrom.sizes table.
    """
    try:
        return parse_chrom_sizes(line for _, line in read_lines(path))
    except ChromSizesError as error:
        raise InputError(str(error), path, error.line) from error


def read_genome_sizes(path: str | Path, contigs: Mapping[str, int]) -> dict[str, int]:
    """Read the contig lengths that tracks declare.

    Parameters
    ----------
    path : str or Path
        A chrom.sizes file. It must hold every contig of the FASTA with at least its length.
    contigs : Mapping[str, int]
        Length of each contig of the FASTA in nt.

    Returns
    -------
    dict[str, int]
        Length of each contig in nt. The contigs of the FASTA come first, in its order.

    Raises
    ------
    InputError
        As for `read_chrom_sizes`.
    ContigMismatch
        A contig of the FASTA is missing from the file, or longer than the file says.
    """
    sizes = read_chrom_sizes(path)
    for name, length in contigs.items():
        if sizes.get(name, -1) < length:
            difference = f"has {sizes[name]} bases" if name in sizes else "is missing"
            raise ContigMismatch(
                f"contig {name} has {length} bases in the FASTA and {difference} here; give the sizes of its assembly",
                path,
            )
    return {name: sizes[name] for name in contigs} | sizes
