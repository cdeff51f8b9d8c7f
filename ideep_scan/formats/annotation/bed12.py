"""Read and write transcripts as BED12: blocks are exons, the thick part is coding.

The name is an accession, accession|gene, or tags as IGV reads them: Name=gene;transcript_id=accession.
`bed_intervals` reads BED of sites and regions.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote, unquote

from ideep_scan.formats.annotation.gtf import MALFORMED, check_place
from ideep_scan.formats.annotation.transcript_builder import build_transcripts
from ideep_scan.formats.annotation.transcript_parts import Block, Parts, Piece, parse_number
from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.text import check_end, read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

_TAGS = "#gffTags"  # header line: IGV desktop and igv.js read names as tags
_SPECIAL = re.compile(r"[\s\x00-\x1f%;=&,]")
_NAME, _TRANSCRIPT, _GENE = "Name", "transcript_id", "gene_id"


def read_bed12(path: Path, exclusions: Exclusions) -> list[Transcript]:
    """Read all transcripts of a BED12, one per line.

    Parameters
    ----------
    path : Path
        The BED12, plain or gzipped.
    exclusions : Exclusions
        Counts the records that cannot be used.

    Returns
    -------
    list[Transcript]
        In the order of the file.

    Raises
    ------
    InputError
        The file cannot be read or ends inside a line, or `exclusions` is strict and a record cannot be used.
    """
    return build_transcripts(_lines(path, exclusions), exclusions)


def parse_bed12(lines: Iterable[tuple[int, str]], exclusions: Exclusions) -> list[Transcript]:
    """Parse some lines of a BED12.

    Parameters
    ----------
    lines : iterable of tuple of int and str
        1-based number and text of each line.
    exclusions : Exclusions
        Counts the records that cannot be used.

    Returns
    -------
    list[Transcript]
        In the order of the lines.
    """
    return build_transcripts(_parse_lines(lines, exclusions), exclusions)


def split_names(name: str) -> tuple[str, str, str]:
    """Split the name of a line into accession, symbol of the gene and identifier of the gene.

    Examples
    --------
    >>> split_names("Name=PSMF1;transcript_id=NM_006814")
    ('NM_006814', 'PSMF1', 'PSMF1')
    """
    if name.startswith(f"{_NAME}=") and f";{_TRANSCRIPT}=" in name:
        tags = {tag: unquote(value) for tag, _, value in (part.partition("=") for part in name.split(";"))}
        return tags[_TRANSCRIPT], tags[_NAME], tags.get(_GENE, tags[_NAME])
    accession, _, gene = name.partition("|")
    return accession, gene or accession, gene or accession


def _lines(path: Path, exclusions: Exclusions) -> Iterator[Parts]:
    number = yield from _parse_lines(read_lines(path), exclusions)
    check_end(path, number, exclusions)


def _parse_lines(lines: Iterable[tuple[int, str]], exclusions: Exclusions) -> Generator[Parts, None, int]:
    """Parse lines; return the number of the last one."""
    number = 0
    for number, line in lines:
        if not line.strip() or HEADER.match(line):
            continue
        columns = line.split("\t")
        if len(columns) < 12:
            exclusions.add("without 12 tab-separated columns", line, number, noun="line")
            continue
        try:
            yield _parts(columns, number)
        except ValueError as error:
            exclusions.add(MALFORMED, f"{columns[3]}: {error}", number)
    return number


def _parts(columns: list[str], number: int) -> Parts:
    """Parse the transcript of a line.

    Raises
    ------
    ValueError
        The line is malformed.
    """
    start, end, thick_start, thick_end = (parse_number(columns[i]) for i in (1, 2, 6, 7))
    exons = _blocks(columns, start, end)
    check_place(columns[0], columns[5])
    if thick_start < thick_end and not start <= thick_start < thick_end <= end:
        raise ValueError(f"thick {thick_start}-{thick_end} reaches beyond {start}-{end}")
    coding: list[Piece] = []
    if thick_start < thick_end:
        clipped = [(max(first, thick_start), min(last, thick_end)) for first, last in exons]
        coding = [(first, last, None) for first, last in clipped if first < last]
        if not coding or min(coding)[0] != thick_start or max(last for _, last, _ in coding) != thick_end:
            raise ValueError("its coding part begins or ends outside of its exons")
    accession, gene, gene_id = split_names(columns[3])
    pieces: list[Piece] = [(first, last, None) for first, last in exons]
    return Parts(accession, gene_id, gene, columns[0], columns[5], number, pieces, coding, located=True)


def _blocks(columns: list[str], start: int, end: int) -> list[Block]:
    """Compute the genome coordinates of the blocks.

    Raises
    ------
    ValueError
        Blocks and coordinates of the line do not agree.
    """
    sizes = list(map(parse_number, columns[10].rstrip(",").split(",")))
    offsets = list(map(parse_number, columns[11].rstrip(",").split(",")))
    if not 0 <= start < end:
        raise ValueError(f"start {start} and end {end}: 0 <= start < end is needed")
    if not parse_number(columns[9]) == len(sizes) == len(offsets):
        raise ValueError(f"{columns[9]} blocks announced, {len(sizes)} sizes and {len(offsets)} starts given")
    if min(sizes) < 1:
        raise ValueError(f"a block of {min(sizes)} bases")
    blocks = [(start + offset, start + offset + size) for size, offset in zip(sizes, offsets, strict=True)]
    reach = max(map(itemgetter(1), blocks))
    if reach > end:
        raise ValueError(f"a block reaches beyond {start}-{end}")
    if min(offsets) > 0 or reach < end:
        raise ValueError(f"the blocks do not fill {start}-{end} to both ends; is the line complete?")
    return blocks


def write_bed12(path: str | Path, transcripts: Iterable[Transcript], contigs: Iterable[str]) -> None:
    """Write transcripts as bgzipped BED12 with a tabix index.

    Names are tags, so that browsers show the symbol of the gene and also find the transcript by its accession.

    Parameters
    ----------
    path : str or Path
        Name of the file, ending in .bed.gz.
    transcripts : Iterable[Transcript]
        In any order.
    contigs : Iterable[str]
        Contigs in the order of the file.

    Raises
    ------
    OutputError
        The files cannot be written.
    """
    order = {name: number for number, name in enumerate(contigs)}
    with BedWriter(path) as bed:
        bed.line(_TAGS)
        for transcript in sorted(transcripts, key=lambda item: (order[item.chrom], item.start, item.end, item.id)):
            exons = transcript.exons.tolist()
            start, end = exons[0][0], exons[-1][1]
            thick = transcript.cds or (end, end)
            sizes = ",".join([str(last - first) for first, last in exons])
            offsets = ",".join([str(first - start) for first, _ in exons])
            location = (transcript.chrom, start, end, _tags(transcript), 0, transcript.strand)
            bed.row(*location, *thick, 0, len(exons), sizes, offsets)


def _tags(transcript: Transcript) -> str:
    """Format tags: symbol, accession, accession without its version, identifier of the gene."""
    tags = {_NAME: transcript.gene_name, _TRANSCRIPT: transcript.id}
    stem, dot, version = transcript.id.rpartition(".")
    if dot and version.isdecimal():
        tags["id"] = stem
    if transcript.gene_id != transcript.gene_name:
        tags[_GENE] = transcript.gene_id
    return ";".join(f"{tag}={_encode(value)}" for tag, value in tags.items())


def _encode(value: str) -> str:
    """Percent-encode the characters that would end a value, as in GFF3."""
    return _SPECIAL.sub(lambda letter: quote(letter[0], safe=""), value)
