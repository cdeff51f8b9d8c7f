"""Windows with classes in their headers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.labelled_windows import read_labelled_windows
from ideep_scan.kernels.onehot import decode

PUBLISHED = "> chr1,+,5,9; class:1\nACGUA\n> chr1,-,5,9; class:0\nACGTN\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "windows.fa"
    path.write_text(text)
    return path


def test_reads_the_classes_of_published_windows_plain_or_gzipped(tmp_path: Path) -> None:
    packed = tmp_path / "windows.fa.gz"
    packed.write_bytes(gzip.compress(PUBLISHED.encode()))
    for path in (_write(tmp_path, PUBLISHED), packed):
        windows = list(read_labelled_windows(path, 5))
        assert [window.label for window in windows] == [1, 0]
        assert [decode(window.codes) for window in windows] == ["ACGUA", "ACGUN"]
        assert [window.line for window in windows] == [1, 3]


@pytest.mark.parametrize("header", ["a class=1", "a|class:1", "class:1 a", "a;CLASS: 1"])
def test_knows_spellings_of_a_class(header: str, tmp_path: Path) -> None:
    assert [window.label for window in read_labelled_windows(_write(tmp_path, f">{header}\nACGUA\n"), 5)] == [1]


@pytest.mark.parametrize("header", ["a", "subclass:1", "a class:12", "a class:2"])
def test_other_headers_have_no_class(header: str, tmp_path: Path) -> None:
    assert [window.label for window in read_labelled_windows(_write(tmp_path, f">{header}\nACGUA\n"), 5)] == [None]


def test_crops_a_longer_record_to_its_centre(tmp_path: Path) -> None:
    (window,) = read_labelled_windows(_write(tmp_path, ">a\nAACGUAA\n"), 3)
    assert decode(window.codes) == "CGU"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (">a class:1\nACGUA\n>b class:0\nACG\n", r"line 3: the record b has 3 bases; give windows of 5 or more"),
        (">a class:1\nACGUA\n>b\nACGUA\n", r"line 3: the header of b lacks a class, unlike those before"),
        (">a\nACGUA\n>b class:0\nACGUA\n", r"line 3: the header of b has a class, unlike those before"),
        (">a\nACGUE\n", r"the first record holds 'E', which is not a nucleotide"),
        (">\nACGUA\n", r"line 1: has a record without a name"),
    ],
)
def test_refuses_what_cannot_be_used(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=fault):
        list(read_labelled_windows(_write(tmp_path, text), 5))
