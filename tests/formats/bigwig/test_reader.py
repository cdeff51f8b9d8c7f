"""Values of a finished bigWig, and each reason that there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.reader import read_positions, read_values
from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.records.scores import ScoreTrack

VALUES = np.array([0.125, np.nan, 0.5, 1.0, np.nan, 0.25], np.float32)
CONTIGS = {"chr1": 30, "chr2": 9}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("reader") / "a.bw"
    with BigWigWriter(path, CONTIGS) as writer:
        writer.add(ScoreTrack("chr1", "+", 10, VALUES))
    return path


@given(st.integers(0, 29), st.integers(1, 30))
def test_an_interval_has_its_values_and_nan_elsewhere(path, start, length):
    end = min(start + length, 30)
    whole = np.full(30, np.nan, np.float32)
    whole[10:16] = VALUES
    values = read_values(path, "chr1", start, end)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, whole[start:end])


def test_a_contig_without_values_is_nan(path):
    assert np.isnan(read_values(path, "chr2", 0, 9)).tolist() == [True] * 9


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (6, 5), (0, 31), (30, 31)])
def test_an_interval_outside_of_its_contig_is_refused(path, start, end):
    with pytest.raises(InputError, match=f"chr1:{start}-{end} is not an interval of a contig of 30 nt"):
        read_values(path, "chr1", start, end)


def test_an_unknown_contig_is_answered_with_known_ones(path):
    with pytest.raises(InputError, match=r"a\.bw: has no contig 1: use one of chr1, chr2"):
        read_values(path, "1", 0, 5)


def test_a_missing_file_is_one_line(tmp_path, capfd):
    with pytest.raises(InputError, match=r"a\.bw: is missing: run the scan again"):
        read_values(tmp_path / "a.bw", "chr1", 0, 5)
    with pytest.raises(InputError, match=r"a\.bw: is missing: run the scan again"):
        read_positions(tmp_path / "a.bw", ["chr1"], [0])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"not a bigWig\n" * 10])
def test_a_damaged_file_is_one_line(tmp_path, content):
    (tmp_path / "a.bw").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.bw: cannot be read as a bigWig: run the scan again"):
        read_values(tmp_path / "a.bw", "chr1", 0, 5)


def test_damaged_values_are_one_line(path, tmp_path):
    content = bytearray(path.read_bytes())
    start = int.from_bytes(content[16:24], "little") + 8  # offset of the data, after their count
    content[start : start + 8] = b"\xff" * 8
    (tmp_path / "a.bw").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.bw: is damaged: run the scan again"):
        read_values(tmp_path / "a.bw", "chr1", 0, 30)


@given(st.lists(st.tuples(st.sampled_from(["chr1", "chr2", "chrX"]), st.integers(0, 40)), max_size=20))
def test_positions_have_their_values_in_any_order(path, places):
    whole = np.full(41, np.nan, np.float32)
    whole[10:16] = VALUES
    expected = [whole[position] if chrom == "chr1" else np.nan for chrom, position in places]
    values = read_positions(path, [chrom for chrom, _ in places], [position for _, position in places])
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, np.array(expected, np.float32))


@pytest.mark.parametrize("content", [b"", b"not a bigWig\n" * 10])
def test_positions_of_a_damaged_file_are_one_line(tmp_path, content):
    (tmp_path / "a.bw").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.bw: cannot be read as a bigWig: run the scan again"):
        read_positions(tmp_path / "a.bw", ["chr1"], [5])
