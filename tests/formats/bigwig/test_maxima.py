"""Highest values in bins: equal to those of every position, from each kind of section, and from zoom levels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyBigWig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.maxima import open_bigwig, read_maxima

LENGTH = 40_000


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A bigWig with sections of every kind, and its values."""
    path = tmp_path_factory.mktemp("bigwig") / "track.bw"
    random = np.random.default_rng(7)
    values = np.full(LENGTH, np.nan)
    values[2_000:6_000] = random.random(4_000)
    values[8_000:8_600] = 0.25
    values[9_000:9_100:10] = 0.75
    values[20_000:38_000] = random.random(18_000) * 0.5
    file = pyBigWig.open(str(path), "w")
    file.addHeader([("other", 500), ("chrom", LENGTH)])
    file.addEntries("chrom", 2_000, values=values[2_000:6_000].tolist(), span=1, step=1)
    file.addEntries(["chrom"], [8_000], ends=[8_600], values=[0.25])
    file.addEntries("chrom", list(range(9_000, 9_100, 10)), values=[0.75] * 10, span=1)
    file.addEntries("chrom", 20_000, values=values[20_000:38_000].tolist(), span=1, step=1)
    file.close()
    return path, values


def slow_maxima(values: np.ndarray, start: int, end: int, bins: int) -> np.ndarray:
    """Take the highest value of every position of each bin."""
    out = np.full(bins, np.nan)
    for position in range(start, min(end, len(values))):
        index = (position - start) * bins // (end - start)
        out[index] = np.fmax(out[index], values[position])
    return out


@given(start=st.integers(0, 30_000), width=st.integers(1, 12_000), bins=st.integers(1, 900))
def test_bins_have_the_highest_values_of_their_positions(track, start, width, bins):
    path, values = track
    bins, end = min(bins, width), start + width
    with open_bigwig(path) as file:
        maxima = read_maxima(file, "chrom", start, end, bins)
        levels = [reduction for reduction, _ in file.zooms()]
    expected = slow_maxima(values, start, end, bins)
    if not any(reduction * bins <= width for reduction in levels):
        np.testing.assert_allclose(maxima, expected, rtol=1e-6)
        return
    # A summary on a border counts in both bins, so a bin may rise to a value of its neighbour, but none is lost.
    scored = ~np.isnan(expected)
    assert (maxima[scored] >= expected[scored] - 1e-6).all()
    near = max(levels)
    assert np.nanmax(np.append(maxima, 0)) <= np.nanmax(np.append(values[max(0, start - near) : end + near], 0)) + 1e-6


def test_a_contig_that_is_not_there_has_no_values(track):
    with open_bigwig(track[0]) as file:
        assert np.isnan(read_maxima(file, "none", 0, 100, 10)).all()
        assert np.isnan(read_maxima(file, "other", 0, 100, 10)).all()


def test_damage_is_one_line(track, tmp_path):
    with pytest.raises(InputError, match="run the scan again"):
        open_bigwig(tmp_path / "none.bw")
    content = track[0].read_bytes()
    damaged = tmp_path / "damaged.bw"
    damaged.write_bytes(content[:700] + bytes(len(content) - 700))
    with pytest.raises(InputError, match=r"is damaged.*run the scan again"), open_bigwig(damaged) as file:
        read_maxima(file, "chrom", 0, LENGTH, LENGTH)
