"""Join features of a GFF3 that stand for one transcript, such as an mRNA with its CDS and a gene with its exons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from ideep_scan.formats.annotation.transcript_parts import Parts, Piece

_Key = tuple[str, str, str]  # contig, strand, ID


def join_parents(gathered: Mapping[_Key, Parts], parents: Mapping[tuple[str, str], list[str]]) -> list[Parts]:
    """Give exons or CDS that hang on a gene to those of its transcripts that lack them.

    Parameters
    ----------
    gathered : mapping
        The parts that name each feature as their Parent.
    parents : mapping
        (contig, ID) to the IDs of its parents.

    Returns
    -------
    list of Parts
        In the order of `gathered`. A gene whose parts all went to its transcripts is not among them.
    """
    children: dict[_Key, list[Parts]] = defaultdict(list)
    for (chrom, strand, name), parts in gathered.items():
        for parent in parents.get((chrom, name), []):
            if parent != name and (chrom, strand, parent) in gathered:
                children[chrom, strand, parent].append(parts)
    given = {key for key, below in children.items() if _hand_down(gathered[key], below)}
    return [parts for key, parts in gathered.items() if key not in given]


def _hand_down(gene: Parts, transcripts: list[Parts]) -> bool:
    """Give the gene's parts to its transcripts; whether each part went to one."""
    if gene.exons and not gene.coding:
        takers = [each for each in transcripts if not each.exons]
        if len(transcripts) == 1 and takers:
            takers[0].take(gene.where(lambda _: True, places=[]))
            return True
        used: set[Piece] = set()
        for each in takers:
            extents = each.places or [piece[:2] for piece in each.pieces()]
            mine = gene.where(partial(_reaches, min(extents)[0], max(end for _, end in extents)), places=[])
            used.update(mine.pieces())
            each.take(mine)
        return bool(takers) and used == set(gene.pieces())
    if gene.coding and not gene.exons:
        takers = [each for each in transcripts if not each.coding and _holds(each, gene)]
        for each in takers:
            each.take(gene.where(lambda _: True, places=[]))
        return bool(takers)
    return False


def _reaches(start: int, end: int, piece: Piece) -> bool:
    return piece[0] < end and start < piece[1]


def _holds(transcript: Parts, gene: Parts) -> bool:
    """Whether each coding part of a gene lies within an exon of a transcript."""
    return all(any(a <= start and end <= b for a, b, _ in transcript.exons) for start, end, _ in gene.coding)
