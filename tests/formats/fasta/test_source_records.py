"""Windows of a FASTA: what is not a base is never counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import is_fasta, read_fasta_records


@pytest.mark.parametrize(
    "text",
    [">a b\nACGU NAC\n", ">a\n ACG\tUN\n\nAC \n", "\ufeff>a\r\nACGUN\r\nAC\r\n", ">a\nACGU\vN\nAC", ">a\rACGUN\rAC\r"],
)
def test_spellings_of_one_window_give_one_result(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.fa").write_bytes(text.encode())
    assert is_fasta(tmp_path / "x.fa")
    assert [(name, codes.tolist()) for name, codes in read_fasta_records(tmp_path / "x.fa")] == [
        ("a", [0, 1, 2, 3, 4, 0, 1])
    ]


@pytest.mark.parametrize("letter", ["-", "*", "7", ".", "E", "é"])
def test_a_letter_that_stands_for_no_nucleotide_is_refused_with_its_record(tmp_path: Path, letter: str) -> None:
    (tmp_path / "x.fa").write_text(f">a\nACGT\n>b\nAC{letter}T\n")
    with pytest.raises(InputError, match=r"the record b holds .*, which is not a nucleotide") as caught:
        list(read_fasta_records(tmp_path / "x.fa"))
    assert caught.value.line == 3
