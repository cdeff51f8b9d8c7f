"""Transcripts from GTF: exon, CDS, start_codon, stop_codon and transcript lines. It reads no GFF3.

Of GTF's attributes it knows gene_id, transcript_id, and gene_name or gene (RefSeq). The CDS of GTF ends before the
stop codon, which has lines of its own: the coding part of a transcript is the union of both.
"""

from __future__ import annotations

import re
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines
from ideep_scan.formats.transcript_parts import Block, Parts, transcripts
from ideep_scan.records.transcript import Transcript

CODING = frozenset(("CDS", "start_codon", "stop_codon"))
_VALUE = r'(?<!\w){} +(?:"([^"]+)"|([^\s";]+))'
_TRANSCRIPT = re.compile(_VALUE.format("transcript_id"))
_GENE = re.compile(_VALUE.format("gene_id"))
_NAME = re.compile(_VALUE.format("(?:gene_name|gene)"))
STRANDS = frozenset("+-.?")


def read_gtf(path: Path) -> tuple[list[Transcript], int]:
    """All transcripts of a GTF, in the order of the file.

    Returns
    -------
    transcripts, and the number of those skipped because they have no strand.

    Raises
    ------
    InputError : with the line: columns or coordinates that are wrong, no transcript_id, or no exons.
    """
    gathered: dict[tuple[str, str, str], Parts] = {}
    for number, line in read_lines(path):
        if not line or line[0] == "#":
            continue
        columns = split_columns(line, path, number)
        feature = columns[2]
        if feature != "exon" and feature not in CODING and feature != "transcript":
            continue
        match = _TRANSCRIPT.search(columns[8])
        if match is None:
            raise InputError(f"a line of kind {feature} without a transcript_id", path, number)
        key = (columns[0], columns[6], match[1] or match[2])
        parts = gathered.get(key)
        if parts is None:
            gene = _value(_GENE, columns[8]) or key[2]
            name = _value(_NAME, columns[8]) or gene
            parts = gathered[key] = Parts(key[2], gene, name, key[0], key[1], number)
        block = coordinates(columns, path, number)
        (parts.exons if feature == "exon" else parts.places if feature == "transcript" else parts.coding).append(block)
    return transcripts(gathered.values(), path)


def split_columns(line: str, path: Path, number: int) -> list[str]:
    """The nine columns of a line of GTF or GFF3; raises InputError where there are not nine."""
    columns = line.split("\t")
    if len(columns) != 9:
        raise InputError(f"{len(columns)} tab-separated columns where there should be 9", path, number)
    return columns


def coordinates(columns: list[str], path: Path, number: int) -> Block:
    """(start, end), 0-based half-open, of the 1-based inclusive columns 4 and 5; raises InputError if wrong."""
    try:
        start, end = int(columns[3]), int(columns[4])
    except ValueError:
        raise InputError(f"start {columns[3]!r} or end {columns[4]!r} is no whole number", path, number) from None
    if not 1 <= start <= end:
        raise InputError(f"start {start} and end {end}: 1 <= start <= end is needed", path, number)
    if columns[6] not in STRANDS:
        raise InputError(f"strand {columns[6]!r}; it should be + or -", path, number)
    return start - 1, end


def _value(pattern: re.Pattern[str], attributes: str) -> str | None:
    match = pattern.search(attributes)
    return None if match is None else match[1] or match[2]
