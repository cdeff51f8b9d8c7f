"""chrom.sizes tables, and whether one fits a FASTA."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.chrom_sizes import read_chrom_sizes, read_genome_sizes


def written(folder: Path, text: str) -> Path:
    path = folder / "genome.sizes"
    path.write_text(text)
    return path


def test_two_columns_or_more_are_read_in_their_order(tmp_path: Path) -> None:
    path = written(tmp_path, "# lengths\nchr2\t300\n\nchr1 200\nchrM\t16571\t6\t60\t61\n")  # the last as in a .fai
    assert list(read_chrom_sizes(path).items()) == [("chr2", 300), ("chr1", 200), ("chrM", 16571)]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("chr1\t200\nchr2\n", 2, "is not a contig and its length"),
        ("chr1\tlong\n", 1, "is not a contig and its length"),
        ("chr1\t-5\n", 1, "is not a contig and its length"),
        ("chr1\t1.5\n", 1, "is not a contig and its length"),
        ("chr1\t²\n", 1, "is not a contig and its length"),
        (f"chr1\t{'9' * 5000}\n", 1, "is not a contig and its length"),
        ("chr1\t٢٠٠\n", 1, "is not a contig and its length"),
        ("chr1\t0\n", 1, "is not a contig and its length"),
        ("chr1\t4294967296\n", 1, "is not a contig and its length"),
        ("chr1\t2\n# x\nchr1\t2\n", 3, "contig chr1 is listed twice"),
        ("# nothing\n", None, "has no contigs"),
    ],
)
def test_what_is_no_table_of_lengths_is_told_with_its_line(
    text: str, line: int | None, what: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read_chrom_sizes(written(tmp_path, text))
    assert caught.value.line == line
    assert "genome.sizes" in str(caught.value)


def test_contigs_of_the_fasta_come_first_and_in_its_order(tmp_path: Path) -> None:
    path = written(tmp_path, "chr10\t10\nchr2\t25\nchr1\t9\nchrX\t7\n")
    sizes = read_genome_sizes(path, {"chr1": 9, "chr2": 20})
    assert list(sizes.items()) == [("chr1", 9), ("chr2", 25), ("chr10", 10), ("chrX", 7)]


@pytest.mark.parametrize(("contigs", "what"), [({"chr1": 10}, "has 9 bases here"), ({"chr3": 1}, "is missing here")])
def test_a_table_that_does_not_fit_the_fasta_is_refused(contigs: dict[str, int], what: str, tmp_path: Path) -> None:
    with pytest.raises(ContigMismatch, match=what):
        read_genome_sizes(written(tmp_path, "chr1\t9\n"), contigs)
