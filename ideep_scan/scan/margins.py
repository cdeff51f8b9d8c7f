"""Scores beside a chunk, for tracks whose values depend on neighbouring positions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span, Strand


@dataclass(slots=True, eq=False)
class ChunkScores:
    """Scores of a chunk, and those of the chunks that touch it.

    Attributes
    ----------
    chunk : Span
        The chunk.
    tracks : sequence of ScoreTrack
        A track per scorer, over the complete chunk.
    before, after : np.ndarray or None
        Float32 arrays (scorers, margin), scores just before and just after the chunk, in genome order.
        NaN means "not scored"; None without margins.
    """

    chunk: Span
    tracks: Sequence[ScoreTrack]
    before: np.ndarray | None = None
    after: np.ndarray | None = None


def add_margins(swept: Iterable[tuple[Span, Sequence[ScoreTrack]]], margin: int) -> Iterator[ChunkScores]:
    """Add to each chunk the scores beside it; so a chunk waits for the next one of its strand.

    Parameters
    ----------
    swept : iterable of (Span, sequence of ScoreTrack)
        Chunks of a sweep, each strand in genome order.
        A chunk between two that touch it has at least `margin` positions.
    margin : int
        Positions on each side.

    Yields
    ------
    ChunkScores
        The chunks in their order.
    """
    waiting: deque[ChunkScores] = deque()
    latest: dict[Strand, ChunkScores] = {}
    for chunk, tracks in swept:
        blank = np.full((len(tracks), margin), np.nan, np.float32)
        current = ChunkScores(chunk, tracks, before=blank.copy())
        previous = latest.get(chunk.strand)
        if previous is not None:
            previous.after = blank
            if (previous.chunk.chrom, previous.chunk.end) == (chunk.chrom, chunk.start):
                _copy_neighbours(previous, current)
        latest[chunk.strand] = current
        waiting.append(current)
        while waiting[0].after is not None:
            yield waiting.popleft()
    for last in latest.values():
        last.after = np.full((len(last.tracks), margin), np.nan, np.float32)
    yield from waiting


def _copy_neighbours(first: ChunkScores, second: ChunkScores) -> None:
    """Copy the scores at the border of two chunks that touch into the margin of the other one."""
    assert first.after is not None
    assert second.before is not None
    for row, track in zip(second.before, first.tracks, strict=True):
        values = track.values[-row.size :] if row.size else track.values[:0]
        row[row.size - values.size :] = values
    for row, track in zip(first.after, second.tracks, strict=True):
        values = track.values[: row.size]
        row[: values.size] = values
