"""Make transcripts of the parts that an annotation gives. It reads no file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from ideep_scan.formats.annotation.transcript_copies import Misplaced, split_copies
from ideep_scan.formats.annotation.transcript_parts import Parts, merge_blocks
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Strand
from ideep_scan.records.transcript import Transcript

_LONGEST_INTRON = 1_000_000
STRANDLESS = "without a strand"


def build_transcripts(gathered: Iterable[Parts], exclusions: Exclusions) -> list[Transcript]:
    """Make the records, one per transcript and place, in the order of `gathered`.

    The exons are the union of exon, CDS and UTR lines. Exons that touch or overlap are one exon: a gap of no bases is
    an artefact of alignment, not an intron. `exclusions` counts transcripts without a strand or without exons.
    """
    records: list[Transcript] = []
    for parts in gathered:
        if parts.strand not in ("+", "-"):
            exclusions.add(STRANDLESS, parts.id, parts.line)
            continue
        try:
            places = list(split_copies(parts))
        except Misplaced:
            exclusions.add("with exons outside of their own extents", parts.id, parts.line)
            continue
        if places[0].copy:
            exclusions.remark("numbered anew at several places, read as a copy each", parts.id, parts.line)
        for each in places:
            record = _record(each, exclusions)
            if record is None:
                exclusions.add("without exons", parts.id, parts.line)
            else:
                records.append(record)
    return records


def _record(parts: Parts, exclusions: Exclusions) -> Transcript | None:
    exons = merge_blocks([piece[:2] for piece in parts.pieces()])
    if not exons:
        return None
    if parts.exons and exons != merge_blocks([piece[:2] for piece in parts.exons]):
        exclusions.remark("with coding parts or UTRs beyond the exon lines, read as exons too", parts.id, parts.line)
    told = parts.located or parts.places or any(number is not None for *_, number in parts.exons)
    if not told and any(right - left > _LONGEST_INTRON for (_, left), (right, _) in pairwise(exons)):
        exclusions.remark("with an intron of over 1 Mb, perhaps copies that share an id", parts.id, parts.line)
    cds = None
    if parts.coding:
        cds = min(start for start, *_ in parts.coding), max(end for _, end, _ in parts.coding)
    strand: Strand = "+" if parts.strand == "+" else "-"
    array = np.array(exons, np.int64).reshape(-1, 2)
    return Transcript(parts.id, parts.gene_id, parts.gene_name, parts.chrom, strand, array, cds)
