"""Values of a bigWig at positions, read in another process: gaps, ends, contig names and damaged files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyBigWig
import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.bigwig_values import BigWigValues
from ideep_scan.formats.contigs import ContigResolver


def write_track(path: Path, chrom: str = "chr1") -> Path:
    """A track of chr1 (5,000 nt) with values at 10-13 and 4,000-4,002."""
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader([(chrom, 5000)])
        file.addEntries([chrom] * 2, [10, 4000], ends=[13, 4002], values=[0.5, -2.0])
    return path


def test_values_and_gaps_in_any_order(tmp_path):
    with BigWigValues(write_track(tmp_path / "a.bw"), ContigResolver({"1": 5000})) as track:
        positions = np.array([4001, 12, 13, -3, 9, 10, 12, 4999, 5000])
        values = track.values("1", positions)
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, np.array([-2, 0.5, np.nan, np.nan, np.nan, 0.5, 0.5, np.nan, np.nan]))
        assert np.isnan(track.values("other", positions)).all()
        assert track.values("1", positions[:0]).shape == (0,)


@pytest.mark.parametrize(("length", "count"), [(5000, 0), (4999, 1)])
def test_contigs_of_another_length_are_noted(tmp_path, length, count):
    with BigWigValues(write_track(tmp_path / "a.bw"), ContigResolver({"1": length})) as track:
        assert len(track.notes) == count
        assert all("a.bw: 1 of 1 contigs have another length" in note for note in track.notes)


def test_another_genome_is_refused(tmp_path):
    with pytest.raises(ContigMismatch, match="no contig of the track"):
        BigWigValues(write_track(tmp_path / "a.bw", "scaffold9"), ContigResolver({"chr1": 5000}))


@pytest.mark.parametrize("content", [b"", b"no bigWig at all\n", None])
def test_damage_is_one_clear_error(tmp_path, content):
    path = write_track(tmp_path / "a.bw")
    path.write_bytes(path.read_bytes()[:200] if content is None else content)
    with pytest.raises(InputError, match=r"truncated or damaged|empty"):
        BigWigValues(path, ContigResolver({"chr1": 5000}))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        BigWigValues(tmp_path / "a.bw", ContigResolver({"chr1": 5000}))
