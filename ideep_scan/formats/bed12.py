"""Transcripts from BED12: blocks are exons, thick is coding. BED of sites and regions is read in `bed_intervals`.

The name is a transcript's accession, or accession|gene.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.gtf import STRANDS
from ideep_scan.formats.text import read_lines
from ideep_scan.formats.transcript_parts import Block, Parts, transcripts
from ideep_scan.records.transcript import Transcript

HEADERS = ("#", "track", "browser")


def read_bed12(path: Path) -> tuple[list[Transcript], int]:
    """All transcripts of a BED12, one a line, in the order of the file.

    Returns
    -------
    transcripts, and the number of those skipped because they have no strand.

    Raises
    ------
    InputError : with the line: too few columns, or coordinates or blocks that do not agree.
    """
    return transcripts(_lines(path), path)


def _lines(path: Path) -> Iterator[Parts]:
    for number, line in read_lines(path):
        if not line or line.startswith(HEADERS):
            continue
        columns = line.split("\t")
        if len(columns) < 12:
            raise InputError(f"{len(columns)} tab-separated columns where BED12 has 12", path, number)
        try:
            start, end, thick_start, thick_end = (int(columns[i]) for i in (1, 2, 6, 7))
            exons = _blocks(columns, start, end)
        except ValueError as error:
            raise InputError(str(error), path, number) from None
        if columns[5] not in STRANDS:
            raise InputError(f"strand {columns[5]!r}; it should be + or -", path, number)
        if thick_start < thick_end and not start <= thick_start < thick_end <= end:
            raise InputError(f"thick {thick_start}-{thick_end} reaches beyond {start}-{end}", path, number)
        accession, _, gene = columns[3].partition("|")
        coding = [(thick_start, thick_end)] if thick_start < thick_end else []
        gene = gene or accession
        yield Parts(accession, gene, gene, columns[0], columns[5], number, exons, coding)


def _blocks(columns: list[str], start: int, end: int) -> list[Block]:
    """Genome coordinates of the blocks; ValueError says what does not agree."""
    sizes = list(map(int, columns[10].rstrip(",").split(",")))
    offsets = list(map(int, columns[11].rstrip(",").split(",")))
    if not 0 <= start < end:
        raise ValueError(f"start {start} and end {end}: 0 <= start < end is needed")
    if not int(columns[9]) == len(sizes) == len(offsets):
        raise ValueError(f"{columns[9]} blocks announced, {len(sizes)} sizes and {len(offsets)} starts given")
    if min(sizes) < 1:
        raise ValueError(f"a block of {min(sizes)} bases")
    blocks = [(start + offset, start + offset + size) for size, offset in zip(sizes, offsets, strict=True)]
    reach = max(map(itemgetter(1), blocks))
    if min(offsets) < 0 or reach > end:
        raise ValueError(f"a block reaches beyond {start}-{end}")
    if min(offsets) > 0 or reach < end:
        raise ValueError(f"the blocks do not fill {start}-{end} to both ends; is the line complete?")
    return blocks


def write_bed12(path: str | Path, transcripts: Iterable[Transcript], contigs: Iterable[str]) -> None:
    """Write transcripts as bgzipped BED12 with a tabix index, in the order of `contigs`; names are gene symbols.

    Raises
    ------
    OutputError : the files cannot be written.
    """
    order = {name: number for number, name in enumerate(contigs)}
    with BedWriter(path) as bed:
        for transcript in sorted(transcripts, key=lambda each: (order[each.chrom], each.start, each.end, each.id)):
            exons = transcript.exons.tolist()
            start, end = exons[0][0], exons[-1][1]
            thick = transcript.cds or (end, end)
            sizes = ",".join([str(last - first) for first, last in exons])
            offsets = ",".join([str(first - start) for first, _ in exons])
            place = (transcript.chrom, start, end, transcript.gene_name, 0, transcript.strand)
            bed.row(*place, *thick, 0, len(exons), sizes, offsets)
