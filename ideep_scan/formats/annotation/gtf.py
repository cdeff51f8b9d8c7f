"""Read transcripts from GTF: lines of exons, coding parts, UTRs, transcripts and genes.

The CDS of GTF ends before the stop codon, which has its own lines.
The coding part of a transcript is the union of both.
An id is unique within its gene, contig and strand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ideep_scan.formats.annotation.attributes import (
    find_exon_number,
    find_gtf_value,
    parse_bare_id,
    parse_gtf_attributes,
    parse_gtf_ids,
)
from ideep_scan.formats.annotation.transcript_builder import build_transcripts
from ideep_scan.formats.annotation.transcript_parts import STRANDS, Parts, Role, find_role, parse_interval
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.text import check_end, read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

MALFORMED = "with a malformed line"
_NAMES = ("gene_name", "gene", "gene_symbol", "ref_gene_name")
_Key = tuple[str, str, str, str]  # contig, strand, transcript, gene


def read_gtf(path: Path, exclusions: Exclusions) -> list[Transcript]:
    """Read all transcripts of a GTF.

    Parameters
    ----------
    path : Path
        The GTF, plain or gzipped.
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
    records: dict[_Key, Parts] = {}
    genes: list[str] = []
    faults: dict[tuple[str, str], tuple[str, int]] = {}
    for number, columns in read_feature_lines(path, exclusions):
        chrom, strand, text = columns[0], columns[6], columns[8]
        line_role = find_role(columns[2])
        if line_role is None:
            continue
        if line_role is Role.GENE:
            genes.append(text)
            continue
        gene, transcript = parse_gtf_ids(text) or _ids(text, line_role)
        if not transcript:
            exclusions.add(f"of kind {columns[2]} without a transcript_id", text, number, noun="line")
            continue
        try:
            start, end = parse_interval(columns[3], columns[4])
            if strand not in STRANDS or not chrom:
                check_place(chrom, strand)
        except ValueError as error:
            faults.setdefault((chrom, transcript), (str(error), number))
            continue
        key = chrom, strand, transcript, gene
        parts = records.get(key)
        if parts is None:
            parts = records[key] = Parts(transcript, gene, _name(text), chrom, strand, number)
        # Numbers matter only where no line of the transcript gives its extents.
        if line_role is Role.EXON:
            parts.exons.append((start, end, None if parts.places else find_exon_number(text)))
        else:
            parts.add(line_role, start, end, None if parts.places or parts.exons else find_exon_number(text))
    for (_, transcript), (fault, number) in faults.items():
        exclusions.add(MALFORMED, f"{transcript}: {fault}", number)
    valid = {key: parts for key, parts in records.items() if (key[0], key[2]) not in faults}
    return build_transcripts(_complete_names(_group_by_gene(valid), genes), exclusions)


def read_feature_lines(path: Path, exclusions: Exclusions) -> Iterator[tuple[int, list[str]]]:
    """Read the lines of GTF or GFF3 that have nine columns. Other lines are excluded.

    Parameters
    ----------
    path : Path
        The annotation, plain or gzipped.
    exclusions : Exclusions
        Counts the other lines.

    Yields
    ------
    number : int
        1-based number of the line.
    columns : list[str]
        The nine columns.

    Raises
    ------
    InputError
        The last line is incomplete.
    """
    number = 0
    for number, line in read_lines(path):
        if not line or line[0] == "#":
            if line.startswith("##FASTA"):
                return
            continue
        columns = split_feature_columns(line)
        if len(columns) == 9:
            yield number, columns
        elif line[0] == ">":
            return
        elif line.strip() and not HEADER.match(line):
            exclusions.add("without 9 tab-separated columns", line, number, noun="line")
    check_end(path, number, exclusions)


def split_feature_columns(line: str) -> list[str]:
    """Split a line of GTF or GFF3 into columns; remove blanks around them and traces of spreadsheets.

    A spreadsheet puts the attributes in quotes, doubles the quotes inside and adds empty columns.
    A comment may follow the ninth column.

    Parameters
    ----------
    line : str
        The line.

    Returns
    -------
    list[str]
        The columns.
    """
    columns = line.split("\t")
    text = columns[-1]
    if len(columns) == 9 and not -1 < line.find(" ") < len(line) - len(text) and text[:1] != '"':
        return columns  # the usual case
    if len(columns) > 9 and (columns[9].lstrip()[:1] == "#" or not "".join(columns[9:]).strip()):
        del columns[9:]
    columns = [column.strip() for column in columns]
    text = columns[-1]
    if len(columns) == 9 and len(text) > 1 and text[0] == text[-1] == '"':
        columns[8] = text[1:-1].replace('""', '"')
    return columns


def check_place(chrom: str, strand: str) -> None:
    """Check the contig and the strand of a line.

    Parameters
    ----------
    chrom : str
        Name of the contig.
    strand : str
        Strand column.

    Raises
    ------
    ValueError
        The name is empty, or the strand is not one of + - . ?
    """
    if not chrom:
        raise ValueError("the name of the contig is empty")
    if strand not in STRANDS:
        raise ValueError(f"strand {strand[:40]!r}; write + or -")


def _ids(text: str, line_role: Role) -> tuple[str, str]:
    """Read gene_id and transcript_id, empty if missing. A bare id is that of a transcript line."""
    attributes = parse_gtf_attributes(text)
    transcript = attributes.get("transcript_id", "")
    if not transcript and line_role is Role.TRANSCRIPT:
        transcript = parse_bare_id(text) or ""
    return attributes.get("gene_id", ""), transcript


def _name(text: str) -> str:
    """Read the name of the gene; empty if missing."""
    name = find_gtf_value(text, _NAMES[0])
    if name or not ("gene " in text or "gene=" in text or "gene_symbol" in text or "ref_gene_name" in text):
        return name
    return next(filter(None, map(parse_gtf_attributes(text).get, _NAMES)), "")


def _group_by_gene(records: dict[_Key, Parts]) -> list[Parts]:
    """Group records by gene. Lines without a gene belong to the first gene with a transcript of their id."""
    owners: dict[tuple[str, str, str], Parts] = {}
    for key, parts in records.items():
        if parts.gene_id:
            owners.setdefault(key[:3], parts)
    grouped = []
    for key, parts in records.items():
        owner = owners.get(key[:3], parts)
        if parts.gene_id or owner is parts:
            grouped.append(parts)
        else:
            owner.take(parts)
    return grouped


def _complete_names(records: list[Parts], genes: list[str]) -> Iterator[Parts]:
    """Complete ids and names. Gene lines name transcripts that have no name."""
    names: dict[str, str] = {}
    if not all(parts.gene_name for parts in records):
        names = {parse_gtf_attributes(text).get("gene_id", ""): _name(text) for text in genes}
    for parts in records:
        parts.gene_id = parts.gene_id or parts.id
        parts.gene_name = parts.gene_name or names.get(parts.gene_id) or parts.gene_id
        yield parts
