"""Exons and coding parts of a transcript, gathered line by line and made into one record. It reads no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript

Block = tuple[int, int]


@dataclass(slots=True)
class Parts:
    """What the lines of an annotation say of one transcript; blocks are (start, end), 0-based half-open, in any order.

    Attributes
    ----------
    coding : CDS, start codon and stop codon.
    places : extents from the lines of the transcript itself; several where one accession maps to several places.
    line : the 1-based line that named it first.
    """

    id: str
    gene_id: str
    gene_name: str
    chrom: str
    strand: str
    line: int
    exons: list[Block] = field(default_factory=list)
    coding: list[Block] = field(default_factory=list)
    places: list[Block] = field(default_factory=list)


def transcripts(gathered: Iterable[Parts], path: Path) -> tuple[list[Transcript], int]:
    """Make the records, one per transcript and place.

    Exons that touch or overlap are one exon (a gap of no bases is an artefact of alignment, no intron). Where there
    are only coding parts, as for mitochondrial genes of RefSeq, these are the exons.

    Returns
    -------
    records : in the order of `gathered`.
    skipped : number of transcripts without a strand ('.' or '?').

    Raises
    ------
    InputError : a transcript without exons, coding parts beyond its exons, or no transcript at all.
    """
    records: list[Transcript] = []
    skipped = 0
    for parts in gathered:
        if parts.strand not in ("+", "-"):
            skipped += 1
            continue
        records.extend(_record(one, path) for one in _by_place(parts, path))
    if not records and not skipped:
        raise InputError("holds no transcript with exons; is it an annotation of genes?", path)
    return records, skipped


def _by_place(parts: Parts, path: Path) -> Iterator[Parts]:
    places = list(dict.fromkeys(parts.places))
    if len(places) < 2:
        yield parts
        return
    for blocks in (parts.exons, parts.coding):
        for block in blocks:
            if not any(_within(block, place) for place in places):
                raise InputError(f"transcript {parts.id} has an exon outside of its own extents", path, parts.line)
    for place in places:
        yield replace(
            parts,
            exons=[block for block in parts.exons if _within(block, place)],
            coding=[block for block in parts.coding if _within(block, place)],
        )


def _within(block: Block, place: Block) -> bool:
    return place[0] <= block[0] and block[1] <= place[1]


def _record(parts: Parts, path: Path) -> Transcript:
    exons = _joined(parts.exons or parts.coding)
    if not exons:
        raise InputError(f"transcript {parts.id} has no exons; is the file complete?", path, parts.line)
    cds = None
    if parts.coding:
        cds = min(parts.coding)[0], max(map(itemgetter(1), parts.coding))
        if not any(start <= cds[0] < end for start, end in exons) or not any(s < cds[1] <= e for s, e in exons):
            raise InputError(
                f"the coding part of transcript {parts.id} begins or ends outside of its exons", path, parts.line
            )
    strand: Strand = "+" if parts.strand == "+" else "-"
    return Transcript(
        parts.id, parts.gene_id, parts.gene_name, parts.chrom, strand, np.array(exons, np.int64).reshape(-1, 2), cds
    )


def _joined(blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for start, end in sorted(blocks):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
