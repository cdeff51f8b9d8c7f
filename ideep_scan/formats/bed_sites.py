"""Sites to score from BED6, each with its strand and its contig in the FASTA, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.regions import Place, placed
from ideep_scan.records.span import Span


class BedSite(NamedTuple):
    """One line: its name (None where it has none), the interval as the file spells it, and the FASTA's contig."""

    name: str | None
    span: Span
    contig: str


def read_bed_sites(path: str | Path, resolver: ContigResolver) -> Iterator[BedSite]:
    """Sites of a BED6, plain or gzipped, line by line.

    Raises
    ------
    InputError : with the line: malformed, without a strand, on a contig that the FASTA lacks, or past its end.
    """
    for line, chrom, start, end, strand, name in read_bed_intervals(path):
        if strand is None:
            raise InputError(
                "no strand: a site of an RNA-binding protein needs one; give BED6 with + or - in column 6", path, line
            )
        contig, _, _ = placed(Place(chrom, start, end), resolver, Path(path), line)
        yield BedSite(name, Span(chrom, start, end, strand), contig)
