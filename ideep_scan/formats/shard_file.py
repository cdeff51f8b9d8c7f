"""Files of the scores of a shard: raw scores and drivers of each chunk, without loss.

The file format is own: it must be appended to chunk by chunk, and its scores must cost no time to pack.
A block per chunk holds the size of its header (uint32), the header (JSON) and the scores (float32).
Then come the drivers, each with its place in the chunk (uint32) and its number (int8).
All numbers are little-endian.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span

_SIZE = struct.Struct("<I")
_SCORE, _PLACE, _DRIVER = np.dtype("<f4"), np.dtype("<u4"), np.dtype("i1")


def pack_chunk(chunk: Span, tracks: Sequence[ScoreTrack]) -> Iterator[bytes | memoryview]:
    """Pack the scores of a chunk as bytes.

    Parameters
    ----------
    chunk : Span
        The chunk.
    tracks : sequence of ScoreTrack
        A track per scorer, over the complete chunk, with drivers.

    Yields
    ------
    bytes or memoryview
        Consecutive parts of the block.
    """
    places = [np.flatnonzero(track.drivers >= 0) for track in tracks if track.drivers is not None]
    header = json.dumps(
        {
            "chunk": [chunk.chrom, chunk.start, chunk.end, chunk.strand],
            "drivers": [len(indices) for indices in places],
        },
        separators=(",", ":"),
    ).encode()
    yield _SIZE.pack(len(header)) + header
    for track in tracks:
        yield np.ascontiguousarray(track.values, _SCORE).view(np.uint8).data
    for indices in places:
        yield indices.astype(_PLACE).tobytes()
    for indices, track in zip(places, tracks, strict=True):
        assert track.drivers is not None
        yield track.drivers[indices].astype(_DRIVER).tobytes()


def read_chunks(path: Path) -> Iterator[tuple[Span, list[ScoreTrack]]]:
    """Read the chunks of a shard.

    Parameters
    ----------
    path : Path
        A file of blocks as `pack_chunk` makes them.

    Yields
    ------
    chunk : Span
        A chunk with at least one scored position.
    tracks : list of ScoreTrack
        A track per scorer, with drivers, as they were packed.

    Raises
    ------
    ValueError
        The file is cut short, or is no such file.
    OSError
        The file cannot be read.
    """
    with path.open("rb") as file:
        while size := file.read(_SIZE.size):
            yield _read_chunk(file, size)


def _read_chunk(file: io.BufferedReader, size: bytes) -> tuple[Span, list[ScoreTrack]]:
    try:
        header = json.loads(_read(file, _SIZE.unpack(size)[0]))
        chunk, counts = Span(*header["chunk"]), header["drivers"]
    except (struct.error, KeyError, TypeError) as error:
        raise ValueError(f"{file.name} is no file of scores") from error
    scores = _read_array(file, _SCORE, len(counts) * len(chunk)).reshape(len(counts), -1)
    places = [_read_array(file, _PLACE, count) for count in counts]
    drivers = np.full(scores.shape, -1, np.int8)
    for row, indices in zip(drivers, places, strict=True):
        row[indices] = _read_array(file, _DRIVER, len(indices))
    return chunk, [
        ScoreTrack(chunk.chrom, chunk.strand, chunk.start, values, row)
        for values, row in zip(scores, drivers, strict=True)
    ]


def _read_array(file: io.BufferedReader, kind: np.dtype[Any], count: int) -> np.ndarray:
    array = np.empty(count, kind)
    if file.readinto(array.view(np.uint8).data) != array.nbytes:
        raise ValueError(f"{file.name} is cut short")
    return array


def _read(file: io.BufferedReader, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise ValueError(f"{file.name} is cut short")
    return data
