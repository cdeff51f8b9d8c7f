"""Join features of a GFF3 that describe one transcript, such as an mRNA with CDS and a gene with exons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from ideep_scan.formats.annotation.transcript_parts import Parts, Piece

_Key = tuple[str, str, str]  # contig, strand, ID


def join_parents(records: Mapping[_Key, Parts], parents: Mapping[tuple[str, str], list[str]]) -> list[Parts]:
    """Give the exons or CDS of a gene to those of its transcripts that lack them.

    Parameters
    ----------
    records : Mapping
        (contig, strand, ID) to the parts that name this feature as their Parent.
    parents : Mapping
        (contig, ID) to the IDs of its parents.

    Returns
    -------
    list[Parts]
        In the order of `records`, without genes whose parts all went to transcripts.
    """
    children: dict[_Key, list[_Key]] = defaultdict(list)
    for chrom, strand, name in records:
        for parent in parents.get((chrom, name), []):
            if parent != name and (chrom, strand, parent) in records:
                children[chrom, strand, parent].append((chrom, strand, name))
    emptied: set[_Key] = set()  # an emptied record takes nothing, because it is left out
    for key, names in children.items():
        if _distribute(records[key], [records[name] for name in names if name not in emptied]):
            emptied.add(key)
    return [parts for key, parts in records.items() if key not in emptied]


def _distribute(gene: Parts, transcripts: list[Parts]) -> bool:
    """Give the gene's parts to its transcripts; return True if each part went to one."""
    if gene.exons and not gene.coding:
        recipients = [transcript for transcript in transcripts if not transcript.exons]
        if len(transcripts) == 1 and recipients:
            recipients[0].take(gene.where(lambda _: True, places=[]))
            return True
        pieces: set[Piece] = set()
        for transcript in recipients:
            extents = transcript.places or [piece[:2] for piece in transcript.pieces()]
            overlapping = gene.where(partial(_overlaps, min(extents)[0], max(end for _, end in extents)), places=[])
            pieces.update(overlapping.pieces())
            transcript.take(overlapping)
        return bool(recipients) and pieces == set(gene.pieces())
    if gene.coding and not gene.exons:
        recipients = [transcript for transcript in transcripts if not transcript.coding and _contains(transcript, gene)]
        for transcript in recipients:
            transcript.take(gene.where(lambda _: True, places=[]))
        return bool(recipients)
    return False


def _overlaps(start: int, end: int, piece: Piece) -> bool:
    return piece[0] < end and start < piece[1]


def _contains(transcript: Parts, gene: Parts) -> bool:
    """Test whether each coding part of a gene lies within an exon of a transcript."""
    return all(any(a <= start and end <= b for a, b, _ in transcript.exons) for start, end, _ in gene.coding)
