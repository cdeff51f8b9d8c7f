"""Shards of a scan: fixed parts of its plan, which can be scored anywhere and in any order.

The scores of a chunk depend on this chunk alone, so the places of the cuts do not change a result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import CHUNK

SweptChunk = tuple[Span, Sequence[ScoreTrack]]  #: a chunk and a track per scorer


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive chunks of a plan.

    Attributes
    ----------
    number : int
        Place in the list of shards, from 0.
    chunks : tuple of Span
        The chunks, in the order of the plan.
    """

    number: int
    chunks: tuple[Span, ...]

    @property
    def positions(self) -> int:
        """Number of positions, with or without a score."""
        return sum(map(len, self.chunks))

    def in_words(self) -> str:
        """Say where the shard lies, such as "chr1:1-262,144 (+)", with the number of its further chunks."""
        first, more = self.chunks[0], len(self.chunks) - 1
        words = f"{first.chrom}:{first.start + 1:,}-{first.end:,} ({first.strand})"
        return words if more == 0 else f"{words} and {more:,} more"


def list_shards(chunks: Iterable[Span], size: int = CHUNK) -> list[Shard]:
    """Divide a plan into shards: all chunks of a contig, a strand and a stretch of `size` positions.

    Consecutive stretches are one shard as long as they have at most `size` positions together.
    So an assembly of a million contigs has few shards.

    Parameters
    ----------
    chunks : iterable of Span
        Chunks as `plan.cut_chunks` yields them.
    size : int
        Positions of a stretch, and most positions of a shard.

    Returns
    -------
    list of Shard
        The shards in the order of the plan.

    Examples
    --------
    >>> [shard.in_words() for shard in list_shards([Span("chr1", 0, 8, "+"), Span("chr1", 8, 12, "+")], 8)]
    ['chr1:1-8 (+)', 'chr1:9-12 (+)']
    """
    shards: list[Shard] = []
    gathered: list[Span] = []
    positions = 0
    for stretch in _find_stretches(chunks, size):
        length = sum(map(len, stretch))
        if gathered and positions + length > size:
            shards.append(Shard(len(shards), tuple(gathered)))
            gathered, positions = [], 0
        gathered += stretch
        positions += length
    if gathered:
        shards.append(Shard(len(shards), tuple(gathered)))
    return shards


def split_shards(shards: Sequence[Shard], count: int) -> list[Sequence[Shard]]:
    """Split shards into parts with about the same number of positions.

    Parameters
    ----------
    shards : sequence of Shard
        The shards of a plan.
    count : int
        Number of parts, 1 or more.

    Returns
    -------
    list of sequence of Shard
        The parts, in the order of the plan; some are empty if there are more parts than shards.
    """
    ends = list(accumulate(shard.positions for shard in shards))
    total = ends[-1] if ends else 0
    # A shard belongs to the part in which its middle lies.
    middles = [end - shard.positions / 2 for end, shard in zip(ends, shards, strict=True)]
    parts: list[list[Shard]] = [[] for _ in range(count)]
    for shard, middle in zip(shards, middles, strict=True):
        parts[min(int(middle * count / total), count - 1)].append(shard)
    return list(parts)


def digest_shards(shards: Iterable[Shard]) -> str:
    """Compute the hex digest of the places of all shards.

    Parameters
    ----------
    shards : iterable of Shard
        The shards of a plan.

    Returns
    -------
    str
        BLAKE2b, 128 bits.
    """
    state = hashlib.blake2b(digest_size=16)
    for shard in shards:
        for chunk in shard.chunks:
            state.update(f"{shard.number} {chunk.chrom} {chunk.start} {chunk.end} {chunk.strand}\n".encode())
    return state.hexdigest()


def group_by_shard(shards: Iterable[Shard], swept: Iterator[SweptChunk]) -> Iterator[tuple[Shard, SweptChunk | None]]:
    """Tell the shard of each chunk of a sweep, and where each shard ends.

    Parameters
    ----------
    shards : iterable of Shard
        Shards whose chunks are swept in this order.
    swept : iterator of tuple
        Chunks with a score and their tracks, as `sweep` yields them.

    Yields
    ------
    shard : Shard
        A shard.
    scores : tuple or None
        The next chunk of the shard and its tracks; None after its last chunk.
    """
    ahead: SweptChunk | None = None
    for shard in shards:
        for chunk in shard.chunks:
            if ahead is None:
                ahead = next(swept, None)
            if ahead is not None and ahead[0] == chunk:
                yield shard, ahead
                ahead = None
        yield shard, None


def _find_stretches(chunks: Iterable[Span], size: int) -> Iterator[list[Span]]:
    """Yield the chunks of each stretch of a contig and strand."""
    stretch: list[Span] = []
    place = None
    for chunk in chunks:
        here = chunk.chrom, chunk.start // size, chunk.strand
        if stretch and here != place:
            yield stretch
            stretch = []
        place = here
        stretch.append(chunk)
    if stretch:
        yield stretch
