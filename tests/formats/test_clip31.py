"""The published windows and matrices: their coordinates on the real genome, and files that are broken."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.clip31 import read_matrix, read_motif_scores, read_windows
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.kernels.onehot import complement

EXPERIMENT = "10_PARCLIP_ELAVL1A_hg19"


def packed(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_both_ends_of_a_header_are_zero_based_and_inclusive(tmp_path: Path) -> None:
    windows = read_windows(
        packed(tmp_path / "w.gz", "> chr1,+,10,14; class:0\nACG\nTN\n> chrX,-,0,4; class:1\nAAAAC\n")
    )
    assert len(windows) == 2
    assert windows.chrom.tolist() == ["chr1", "chrX"]
    assert windows.strand.tolist() == ["+", "-"]
    assert (windows.start.tolist(), windows.end.tolist(), windows.label.tolist()) == ([10, 0], [15, 5], [0, 1])
    assert windows.codes.tolist() == [[0, 1, 2, 3, 4], [0, 0, 0, 0, 1]]
    assert (windows.start.dtype, windows.label.dtype, windows.codes.dtype) == (np.int64, np.int8, np.int8)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("> chr1,+,10,14\nACGTA\n", "is not 'chrom,strand"),
        ("> chr1,.,10,14; class:0\nACGTA\n", "is not 'chrom,strand"),
        ("> chr1,+,10,14; class:2\nACGTA\n", "is not 'chrom,strand"),
        ("> chr1,+,10,15; class:0\nACGTA\n", "5 bases in a window of 6"),
        ("> chr1,+,10,13; class:0\nACGT\n", "4 bases in a window of 4; all must have one width"),
        ("> chr1,+,10,14; class:0\n", "has no sequence"),
    ],
)
def test_a_window_that_is_wrong_is_named(tmp_path: Path, record: str, reason: str) -> None:
    path = packed(tmp_path / "w.gz", "> chr1,+,10,14; class:0\nACGTA\n" + record)
    with pytest.raises(InputError, match=reason) as caught:
        read_windows(path)
    assert (caught.value.path, caught.value.line) == (path, 3)


def test_matrices_and_motif_scores(tmp_path: Path) -> None:
    matrix = read_matrix(packed(tmp_path / "m.gz", "a\ta\tb\n0\t1\t0.25\n1\t0\t-0\n"))
    assert (matrix.names, matrix.rows, matrix.values.dtype) == (("a", "a", "b"), None, np.float32)
    assert matrix.values.tolist() == [[0, 1, 0.25], [1, 0, 0]]
    assert read_matrix(packed(tmp_path / "r.gz", "Class\n0\n1\n")).values.tolist() == [[0], [1]]
    scores = read_motif_scores(packed(tmp_path / "s.gz", "\tR1-A.cb\tR2.cb\nchr1:5-9\t0.5\t2\nchr1:5-9\t0.0\t1e1\n"))
    assert (scores.names, scores.rows) == (("R1-A", "R2"), ("chr1:5-9", "chr1:5-9"))
    assert scores.values.tolist() == [[0.5, 2], [0, 10]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\tb\n0\tx\n", "not a table of numbers"),
        ("a\tb\n0\t1\n0\n", "not a table of numbers"),
        ("a\tb\n0\t\n", "not a table of numbers"),
        ("a\tb\n0\t1\t2\n", "2 columns in the header, 3 in the rows"),
        ("a\tb\n", "a header and no rows"),
    ],
)
def test_broken_matrices(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_matrix(packed(tmp_path / "m.gz", text))
    assert "\n" not in str(caught.value)
    prefixed = "".join(f"row\t{line}\n" for line in text.splitlines())
    with pytest.raises(InputError, match=reason):
        read_motif_scores(packed(tmp_path / "s.gz", prefixed))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"> chr1,+,10,14; class:0\nACGTA\n" * 90)[:-12])
    for read in (read_windows, read_matrix, read_motif_scores):
        with pytest.raises(InputError, match="truncated"):
            read(tmp_path / "cut.gz")
        with pytest.raises(InputError, match="no such file"):
            read(tmp_path / "no.gz")


@pytest.mark.parametrize("split", ["training_sample_0", "test_sample_0"])
def test_real_windows_are_the_genome_and_match_their_matrices(shared: Path, split: str) -> None:
    folder = shared / "data/clip31" / EXPERIMENT / "5000" / split
    windows = read_windows(folder / "sequences.fa.gz")
    n = {"training_sample_0": 5000, "test_sample_0": 1000}[split]
    assert windows.codes.shape == (n, 101)
    hidden = 0
    with FastaSource(shared / "data/hg19/hg19_sparse.fa.gz") as genome:
        for i in np.lexsort((windows.start, windows.chrom)):
            codes = genome.codes(str(windows.chrom[i]), int(windows.start[i]), int(windows.end[i]))
            own = codes if windows.strand[i] == "+" else complement(codes)[::-1]
            if (codes == 4).all() and windows.chrom[i] in ("chr1", "chr17") and windows.end[i] <= 1_000_000:
                hidden += 1  # the excerpt of the genome leaves out most of these two stretches
            else:
                np.testing.assert_array_equal(own, windows.codes[i])
    assert hidden < n / 100
    response = read_matrix(folder / "matrix_Response.tab.gz")
    np.testing.assert_array_equal(response.values[:, 0], windows.label)
    regions = read_matrix(folder / "matrix_RegionType.tab.gz")
    assert regions.values.shape == (n, 505)
    assert list(dict.fromkeys(regions.names)) == ["intron", "ORF", "5UTR", "3UTR", "exon"]
    scores = read_motif_scores(folder / "motif_fea.gz")
    assert scores.values.shape == (n, 102)
    assert scores.rows is not None
    places = zip(windows.chrom, windows.start, windows.end - 1, strict=True)
    assert list(scores.rows) == [f"{chrom}:{start}-{last}" for chrom, start, last in places]
