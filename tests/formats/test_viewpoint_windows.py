from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.viewpoint_windows import ViewpointWindow, read_viewpoint_windows
from ideep_scan.records.exclusions import Exclusions


def read(folder: Path, text: str, width: int = 5) -> list[ViewpointWindow]:
    (folder / "w.fa").write_text(text)
    return list(read_viewpoint_windows(folder / "w.fa", width, Exclusions(folder / "w.fa", "window")))


def letters(window: ViewpointWindow) -> str:
    return "".join("ACGUN"[code] for code in window.codes)


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("acgtACGTAacgt", "ACGUA"),  # a viewpoint between flanks
        ("acgTT", "GUUNN"),  # a viewpoint at the end
        ("Gacgt", "NNGAC"),
        ("ACGTACG", "CGUAC"),  # no flanks
        ("acgtacg", "CGUAC"),  # one case
        ("ACGUACG", "CGUAC"),  # RNA
        ("A", "NNANN"),
        ("aAccTa", "ACCUA"),  # lower-case letters inside the viewpoint
    ],
)
def test_the_centre_of_the_viewpoint_is_the_site(tmp_path: Path, sequence: str, expected: str) -> None:
    assert letters(read(tmp_path, f">w\n{sequence}\n")[0]) == expected


@pytest.mark.parametrize(
    ("header", "contig"),
    [
        ("chr7:100-200(+)", "chr7"),
        ("chr7,+,100,200; class:1", "chr7"),
        ("chrX_100_200_-", "chrX"),
        ("hg19_ct_RBP_chr12:100-200", "chr12"),
        ("window 7", None),
        ("chromatin1", None),
        ("", None),
    ],
)
def test_contigs_of_headers(tmp_path: Path, header: str, contig: str | None) -> None:
    assert read(tmp_path, f">{header}\nACGTA\n")[0].contig == contig


def test_gzip_and_line_ends(tmp_path: Path) -> None:
    (tmp_path / "w.gz").write_bytes(gzip.compress(b">w\r\nAC\r\nGTA\r\n"))
    window = next(read_viewpoint_windows(tmp_path / "w.gz", 5, Exclusions(tmp_path / "w.gz", "window")))
    assert window.codes.tolist() == [0, 1, 2, 3, 0]
    assert window.codes.dtype == np.int8


def test_an_unknown_centre_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, ">w\nACNTA\n") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ACGT\n", "is not a FASTA"),
        ("", "is empty"),
        (">a\n>b\nACGT\n", "a has no sequence"),
        (">a\nAC-GT\n>b\nACGT\n", "'-', which is not a nucleotide"),
        (">a\nACGT\n>b\nMKLE\n", "the record b holds"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)
