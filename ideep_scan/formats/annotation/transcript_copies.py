"""Separate the copies of a transcript that share one id.

An accession may map to several places of a contig.
Lines of the transcript itself give the interval of each copy.
Without them, a new copy begins where the exon numbers start over.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter

from ideep_scan.formats.annotation.transcript_parts import Block, Parts, Piece, merge_blocks


class MisplacedPart(ValueError):
    """A part of a transcript lies outside of all intervals of its own lines."""


def split_copies(parts: Parts) -> Iterator[Parts]:
    """Split the parts of one id into a transcript per place. Lines of the transcript count more than exon numbers.

    Parameters
    ----------
    parts : Parts
        All parts of the id.

    Yields
    ------
    Parts
        One transcript.

    Raises
    ------
    MisplacedPart
        There are several intervals, and a part lies in none of them.
    """
    yield from _by_place(parts) if parts.places else _by_numbering(parts)


def _by_place(parts: Parts) -> Iterator[Parts]:
    places = _outermost(parts.places)
    if len(places) < 2:
        yield parts
        return
    for start, end, _ in parts.pieces():
        if not any(_within((start, end), place) for place in places):
            raise MisplacedPart(parts.id)
    for place in places:
        yield parts.where(partial(_lies_in, place), places=[place])


def _outermost(places: Sequence[Block]) -> list[Block]:
    """Select the places that lie in no other place, in the order of the file; copies do not contain each other."""
    outer, reach = set(), 0
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if end > reach:
            outer.add((start, end))
            reach = end
    return [place for place in dict.fromkeys(places) if place in outer]


def _lies_in(place: Block, piece: Piece) -> bool:
    return _within(piece[:2], place)


def _within(block: Block, place: Block) -> bool:
    return place[0] <= block[0] and block[1] <= place[1]


def _by_numbering(parts: Parts) -> Iterator[Parts]:
    """Split by exon numbers that occur more than once."""
    pieces = parts.exons or parts.coding
    numbers = [number for *_, number in pieces if number is not None]
    exons = [] if len(set(numbers)) == len(numbers) else _numbered(pieces)
    groups = _groups(exons, parts.strand) if len({number for _, number in exons}) < len(exons) else []
    if len(groups) < 2:
        yield parts
        return
    owners = _owners(parts, groups)
    for number in range(len(groups)):
        pieces = [piece for piece in parts.pieces() if owners[piece] == number]
        yield replace(parts.where(set(pieces).__contains__), copy=True)


def _owners(parts: Parts, groups: list[list[Block]]) -> dict[Piece, int]:
    """Assign each piece to the copy whose exons it overlaps, or else to the nearest copy."""
    exons = sorted((block, number) for number, group in enumerate(groups) for block in group)
    extents = [(min(group)[0], max(end for _, end in group)) for group in groups]
    owners = {}
    for piece in parts.pieces():
        start, end, _ = piece
        last = bisect_left(exons, ((end, 0), 0)) - 1
        if last >= 0 and exons[last][0][1] >= start:
            owners[piece] = exons[last][1]
        else:
            gaps = [max(left - end, start - right, 0) for left, right in extents]
            owners[piece] = gaps.index(min(gaps))
    return owners


def _numbered(pieces: Sequence[Piece]) -> list[tuple[Block, int]]:
    """List exons in the order of the file with the number of their first piece; exons that touch are merged."""
    numbers: dict[Block, int] = {}
    blocks = merge_blocks([piece[:2] for piece in pieces])
    for start, _, number in pieces:
        if number is not None:
            numbers.setdefault(blocks[bisect_right(blocks, start, key=itemgetter(0)) - 1], number)
    return list(numbers.items())


def _groups(exons: list[tuple[Block, int]], strand: str) -> list[list[Block]]:
    """Group exons by copy.

    Exon numbers rise along a copy. A copy may be written in the order of the contig, in reverse order, or in neither.
    Among the orders that give complete copies, the one with the shortest copies wins.
    If no order does, as for overlapping copies in a sorted file, each exon goes to the earliest copy that lacks it.
    """
    along = sorted(exons)
    orders = [_runs(order) for order in (along, along[::-1], exons)]
    first = min(number for _, number in exons)
    complete = [runs for runs in orders if all(_is_complete(run, first) for run in runs)]
    copies = min(complete, key=_reach) if complete else _chains(along[::-1] if strand == "-" else along)
    return [[block for block, _ in run] for run in copies]


def _runs(exons: list[tuple[Block, int]]) -> list[list[tuple[Block, int]]]:
    """Cut the exons wherever numbers do not rise."""
    runs: list[list[tuple[Block, int]]] = []
    for exon in exons:
        if runs and exon[1] > runs[-1][-1][1]:
            runs[-1].append(exon)
        else:
            runs.append([exon])
    return runs


def _is_complete(run: list[tuple[Block, int]], first: int) -> bool:
    return [number for _, number in run] == list(range(first, first + len(run)))


def _reach(runs: list[list[tuple[Block, int]]]) -> int:
    """Add up the bases from the start to the end of each copy."""
    return sum(max(end for (_, end), _ in run) - min(start for (start, _), _ in run) for run in runs)


def _chains(exons: list[tuple[Block, int]]) -> list[list[tuple[Block, int]]]:
    chains: list[list[tuple[Block, int]]] = []
    for exon in exons:
        candidates = [chain for chain in chains if chain[-1][1] == exon[1] - 1]
        candidates = candidates or [chain for chain in chains if chain[-1][1] < exon[1]]
        if candidates:
            candidates[0].append(exon)
        else:
            chains.append([exon])
    return chains
