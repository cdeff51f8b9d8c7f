"""Measured intervals of every format: places, points, strands, contigs of the genome, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.measured_sites import ContigSites, MeasuredSites, read_measured_sites

GENOME = ContigResolver({"chr1": 1000, "chr2": 500})
VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def read(folder: Path, text: str) -> MeasuredSites:
    (folder / "x").write_text(text)
    return read_measured_sites(folder / "x", GENOME)


def rows(sites: MeasuredSites, chrom: str) -> list[tuple[int, int, int, int]]:
    """Start, end, point and strand of each interval."""
    contig = sites.contigs[chrom]
    return list(zip(*(getattr(contig, name).tolist() for name in ("starts", "ends", "points", "strands")), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chr1\t10\t20\n", (10, 20, 15, 0)),
        ("1\t10\t20\tx\t5\t-\n", (10, 20, 15, -1)),
        ("chr1\t10\t20\tx\t5\t+\t9.5\t-1\t-1\t2\n", (10, 20, 12, 1)),
        ("chr1\t10\t20\tx\t5\t.\t9.5\t-1\t-1\t-1\n", (10, 20, 15, 0)),
        ("##gff-version 3\nchr1\tx\tpeak\t11\t20\t3.5\t-\t.\tID=1\n", (10, 20, 15, -1)),
        (f"{VCF}1\t11\t.\tA\tG\t.\t.\t.\n", (10, 11, 10, 0)),
        (f"{VCF}1\t11\t.\tACG\tA\t.\t.\t.\n", (10, 13, 10, 0)),
    ],
)
def test_an_interval_of_each_format(tmp_path: Path, text: str, expected: tuple[int, int, int, int]) -> None:
    assert rows(read(tmp_path, text), "chr1") == [expected]


def test_rows_are_sorted_and_those_off_the_genome_are_counted(tmp_path: Path) -> None:
    lines = [f"chr1\t{start}\t{start + 5}\n" for start in range(200, 0, -10)]
    sites = read(tmp_path, "".join([*lines, "chrUn\t1\t2\n", "chr2\t499\t501\n"]))
    assert [start for start, *_ in rows(sites, "chr1")] == list(range(10, 201, 10))
    assert len(sites) == 20
    assert [note.split(",")[0] for note in sites.notes] == [
        "1 interval on contigs that the genome lacks is left out",
        "1 interval past the end of a contig (another assembly?) is left out",
    ]


def test_variants_have_names(tmp_path: Path) -> None:
    sites = read(tmp_path, f"{VCF}1\t11\trs7\tA\tG\t.\t.\t.\n1\t15\t.\tA\tG,T\t.\t.\t.\n")
    assert sites.contigs["chr1"].names == ("rs7", "A>G,T")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("track name=x\n", "no intervals"),
        ("chr9\t1\t2\n", "no contig"),
        ("chr1\t1\t2000\n", "past the end"),
        ("chr1\tx\ty\n", "whole number"),
        (">read\nACGT\n", "FASTA"),
    ],
)
def test_a_file_without_intervals_of_the_genome_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path, text)


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), min_size=1, max_size=30),
    st.integers(0, 220),
    st.integers(1, 80),
)
def test_found_are_those_that_overlap(intervals: list[tuple[int, int]], start: int, length: int) -> None:
    ordered = sorted(intervals)
    starts = np.array([first for first, _ in ordered])
    ends = starts + np.array([size for _, size in ordered])
    contig = ContigSites(starts, ends, starts, np.zeros(len(starts), np.int8), ())
    expected = [i for i in range(len(starts)) if starts[i] < start + length and ends[i] > start]
    assert contig.find(start, start + length).tolist() == expected
