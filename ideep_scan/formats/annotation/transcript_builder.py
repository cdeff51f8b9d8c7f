"""Build transcripts from the parts that an annotation lists."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from ideep_scan.formats.annotation.transcript_copies import MisplacedPart, split_copies
from ideep_scan.formats.annotation.transcript_parts import Parts, merge_blocks
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript

_LONGEST_INTRON = 1_000_000
STRANDLESS = "without a strand"


def build_transcripts(records: Iterable[Parts], exclusions: Exclusions) -> list[Transcript]:
    """Build one transcript per id and place.

    The exons are the union of exon, CDS and UTR lines.
    Exons that touch or overlap become one exon: a gap of no bases is an alignment artefact.

    Parameters
    ----------
    records : Iterable[Parts]
        The parts of each id.
    exclusions : Exclusions
        Counts transcripts without a strand or without exons.

    Returns
    -------
    list[Transcript]
        In the order of `records`.
    """
    transcripts: list[Transcript] = []
    for parts in records:
        if parts.strand not in ("+", "-"):
            exclusions.add(STRANDLESS, parts.id, parts.line)
            continue
        try:
            places = list(split_copies(parts))
        except MisplacedPart:
            exclusions.add("with exons outside of their own extents", parts.id, parts.line)
            continue
        if places[0].copy:
            exclusions.remark("whose exon numbers start over, read as a copy each", parts.id, parts.line)
        for copy in places:
            transcript = _record(copy, exclusions)
            if transcript is None:
                exclusions.add("without exons", parts.id, parts.line)
            else:
                transcripts.append(transcript)
    return transcripts


def _record(parts: Parts, exclusions: Exclusions) -> Transcript | None:
    exons = merge_blocks([piece[:2] for piece in parts.pieces()])
    if not exons:
        return None
    if parts.exons and exons != merge_blocks([piece[:2] for piece in parts.exons]):
        exclusions.remark("with coding parts or UTRs beyond the exon lines, read as exons too", parts.id, parts.line)
    is_located = parts.located or parts.places or any(number is not None for *_, number in parts.exons)
    if not is_located and any(right - left > _LONGEST_INTRON for (_, left), (right, _) in pairwise(exons)):
        exclusions.remark("with an intron of over 1 Mb, perhaps copies that share an id", parts.id, parts.line)
    cds = None
    if parts.coding:
        cds = min(start for start, *_ in parts.coding), max(end for _, end, _ in parts.coding)
    strand: Strand = "+" if parts.strand == "+" else "-"
    array = np.array(exons, np.int64).reshape(-1, 2)
    return Transcript(parts.id, parts.gene_id, parts.gene_name, parts.chrom, strand, array, cds)
