"""Lists of peaks: experiments, points and cores, and the lines that cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.peak_lists import CORE, PeakList, find_peak_files, read_peak_lists

LINES = (
    "#chrom\tstart\tend\tname\tlog2fc\tstrand",
    "chr1\t100\t160\tTARDBP_K562_ENCFF1\t4.0\t+",
    "chr1\t50\t90\tTARDBP_K562_ENCFF1\t4.0\t+",
    "chr1\t300\t360\tTARDBP_K562_ENCFF1\t4.0\t-",
    "chr2\t10\t31\tFMR1iso7_HEK293_PARCLIP\t0\t-",
    "chr2\t10\t32\tFMR1iso7_HEK293_PARCLIP\t0\t+",
)


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_experiments_with_points_and_cores(tmp_path: Path) -> None:
    lists = read_peak_lists([write(tmp_path / "peaks.bed", *LINES)])
    assert list(lists) == ["FMR1iso7_HEK293_PARCLIP", "TARDBP_K562_ENCFF1"]
    eclip, parclip = lists["TARDBP_K562_ENCFF1"], lists["FMR1iso7_HEK293_PARCLIP"]
    assert (eclip.protein, eclip.cell, eclip.is_parclip, len(eclip)) == ("TARDBP", "K562", False, 3)
    assert (parclip.protein, parclip.cell, parclip.is_parclip, len(parclip)) == ("FMR1", "HEK293", True, 2)
    assert eclip.list_points("chr1", "+").tolist() == [50, 100]
    assert eclip.list_points("chr1", "-").tolist() == [359]
    assert [array.tolist() for array in eclip.list_cores("chr1", "-")] == [[359 - CORE], [360 + CORE]]
    assert parclip.list_points("chr2", "-").tolist() == [20]
    assert parclip.list_points("chr2", "+").tolist() == [21]
    assert [array.tolist() for array in parclip.list_cores("chr2", "-")] == [[10], [31]]
    assert eclip.list_points("chr9", "+").size == parclip.list_cores("chr9", "+")[0].size == 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80)), min_size=1), st.booleans())
def test_mirrored_peaks_have_mirrored_points_and_cores(places: list[tuple[int, int]], is_parclip: bool) -> None:
    length = 1000
    forward = np.array(sorted((start, start + size) for start, size in places), np.int64)
    mirrored = np.array(sorted((length - end, length - start) for start, end in forward.tolist()), np.int64)
    peaks = PeakList("A_B_C", "A", "B", is_parclip, {("c", "+"): forward, ("m", "-"): mirrored})
    starts, ends = peaks.list_cores("c", "+")
    mirrored_starts, mirrored_ends = peaks.list_cores("m", "-")
    assert np.array_equal(length - mirrored_ends[::-1], starts)
    assert np.array_equal(length - mirrored_starts[::-1], ends)
    points, back = peaks.list_points("c", "+"), length - 1 - peaks.list_points("m", "-")[::-1]
    assert np.array_equal(np.sort(back), points)


def test_several_files_and_chosen_contigs(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "b.bed.gz", "wt") as file:
        file.write("1\t5\t9\tTARDBP_K562_ENCFF1\t0\t+\n")
    write(tmp_path / "a.bed", *LINES)
    write(tmp_path / "note.txt", "not a BED")
    paths = find_peak_files(tmp_path)
    assert [path.name for path in paths] == ["a.bed", "b.bed.gz"]
    lists = read_peak_lists(paths, ContigResolver({"chr1": 1000, "chr2": 1000}), ["chr1"])
    assert list(lists) == ["TARDBP_K562_ENCFF1"]
    assert lists["TARDBP_K562_ENCFF1"].list_points("chr1", "+").tolist() == [5, 50, 100]
    with pytest.raises(ContigMismatch):
        read_peak_lists(paths, ContigResolver({"scaffold": 10}))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("chr1\t5\t9\tTARDBP\t0\t+", "PROTEIN_CELL_FILE"),
        ("chr1\t5\t9", "PROTEIN_CELL_FILE"),
        ("chr1\t5\t9\tA_B_C\t0\t.", "without a strand"),
        ("chr1\t9\t5\tA_B_C\t0\t+", "start < end"),
        ("# nothing", "has no peaks"),
    ],
)
def test_unusable_lines_are_errors(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path / "peaks.bed", line)
    with pytest.raises(InputError, match=message):
        read_peak_lists([path])


def test_a_folder_without_lists_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.bed"):
        find_peak_files(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        find_peak_files(tmp_path / "none")
