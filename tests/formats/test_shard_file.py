"""Files of shards: what is read is what was written, bit by bit, and a cut file is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ideep_scan.formats.shard_file import pack_chunk, read_chunks
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span


def make_tracks(chunk: Span, values: np.ndarray, drivers: np.ndarray) -> list[ScoreTrack]:
    return [
        ScoreTrack(chunk.chrom, chunk.strand, chunk.start, row, names)
        for row, names in zip(values, drivers, strict=True)
    ]


def write(path: Path, *chunks: tuple[Span, list[ScoreTrack]]) -> None:
    path.write_bytes(b"".join(bytes(part) for chunk in chunks for part in pack_chunk(*chunk)))


@given(st.data(), st.integers(1, 4), st.integers(1, 30))
def test_scores_and_drivers_come_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, models: int, length: int
) -> None:
    chunks = []
    for start in (100, 100 + length):
        chunk = Span("chr1", start, start + length, "-")
        values = data.draw(arrays.arrays(np.float32, (models, length), elements=st.floats(0, 1, width=32)))
        values[data.draw(arrays.arrays(bool, values.shape))] = np.nan
        drivers = data.draw(arrays.arrays(np.int8, values.shape, elements=st.integers(-1, 6)))
        chunks.append((chunk, make_tracks(chunk, values, drivers)))
    path = tmp_path_factory.mktemp("shard") / "scores"
    write(path, *chunks)
    for (span, tracks), (expected_span, expected) in zip(read_chunks(path), chunks, strict=True):
        assert span == expected_span
        for track, original in zip(tracks, expected, strict=True):
            assert track.values.tobytes() == original.values.tobytes()
            np.testing.assert_array_equal(track.drivers, original.drivers)
            assert (track.chrom, track.strand, track.start) == (original.chrom, original.strand, original.start)


def test_an_empty_file_has_no_chunk(tmp_path: Path) -> None:
    write(tmp_path / "scores")
    assert list(read_chunks(tmp_path / "scores")) == []


def test_a_cut_file_is_refused_at_every_length(tmp_path: Path) -> None:
    chunk = Span("chr1", 0, 3, "+")
    write(tmp_path / "whole", (chunk, make_tracks(chunk, np.ones((1, 3), np.float32), np.array([[0, -1, 2]], np.int8))))
    content = (tmp_path / "whole").read_bytes()
    for length in range(1, len(content)):
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"cut short|no file of scores"):
            list(read_chunks(tmp_path / "cut"))
