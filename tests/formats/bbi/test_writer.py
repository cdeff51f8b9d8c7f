"""Parts of a bigWig on the disk. Other readers check its content in the tests of bigWig and bigBed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.formats.bbi import layout, writer
from ideep_scan.formats.bbi.writer import SMALLEST_BIN, BbiFile, Summary

CONTIGS = {"chr1": 5_000_000}


def write(path: Path, values: np.ndarray) -> None:
    """Write one block per 1,000 values; the file is open before its end."""
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    positions = np.arange(len(values))
    file = BbiFile(path, CONTIGS)
    for first in range(0, len(values), 1000):
        part = slice(first, first + 1000)
        for start, end, block in layout.encode_sections(0, positions[part], values[part]):
            file.append(0, start, end, block)
    file.add_bins(0, CONTIGS["chr1"], layout.bin_values(positions, values, SMALLEST_BIN, CONTIGS["chr1"]), is_end=True)
    assert len(list(Path("/proc/self/fd").iterdir())) <= open_files + 2
    sums = values.astype(float)
    file.finish(layout.BIGWIG, file.blocks, Summary(len(sums), sums.min(), sums.max(), sums.sum(), (sums**2).sum()))
    assert len(list(Path("/proc/self/fd").iterdir())) == open_files


def test_a_file_has_at_most_one_temporary_file_that_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.random.default_rng(5).random(150_000).astype(np.float32)
    write(tmp_path / "memory.bw", values)
    monkeypatch.setattr(writer, "_SPOOLED", 100)
    write(tmp_path / "disk.bw", values)
    assert (tmp_path / "memory.bw").read_bytes() == (tmp_path / "disk.bw").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk.bw", "memory.bw"]
