"""Motifs of TRANSFAC, and records that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.transfac import read_transfac

RECORD = "AC  {0}\nXX\nID  {0}\nXX\nP0     a c g t\n1   1 2 3 4\n2   5 6 7 8\nXX\nCC  matrix.nb: 1\nXX\n//\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "m.tf"
    path.write_text(text)
    return path


def test_records_become_motifs(tmp_path: Path):
    text = "VV  a set\nXX\n//\n" + RECORD.format("HuR_AB") + "AC M1\nID V$X\nNA HuD x\nPO T C A G\n01 1 2 3 4 N\n//\n"
    first, second = read_transfac(write(tmp_path, text))
    assert (first.id, first.name, first.symbol) == ("HuR_AB", "HuR", "ELAVL1")
    assert first.counts.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert (second.id, second.name, second.symbol) == ("V$X", "HuD", "ELAVL4")
    assert second.counts.tolist() == [[3, 2, 4, 1]]


def test_the_last_record_needs_no_end(tmp_path: Path):
    text = RECORD.format("A1CF").removesuffix("//\n")
    assert [pwm.id for pwm in read_transfac(write(tmp_path, text + "//\n" + text))] == ["A1CF", "A1CF.2"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("AC  M\nP0 a c g\n1 1 2 3\n//\n", 2, "has the columns a c g"),
        ("AC  M\nP0 a c g n\n1 1 2 3\n//\n", 2, "give A C G T"),
        ("AC  M\nP0 a c g t\n1 1 2 3 4\n3 1 2 3 4\n//\n", 4, "position 3 should be 2"),
        ("AC  M\nP0 a c g t\n1 1 2 3 x\n//\n", 3, "has 3 numbers|is not a row"),
        ("AC  M\nP0 a c g t\n1 1 2 3 -4\n//\n", 3, "negative"),
        ("AC  M\nP0 a c g t\n//\n", 1, "motif M has no matrix rows"),
        ("AC  M\nXX\n//\n", 1, "has no matrix"),
        ("P0 a c g t\n1 1 2 3 4\n//\n", 1, "no line ID or AC"),
        ("AC  M\nP0 a c g t\n1 1 2 3 4\nXX\nP0 a c g t\n", 5, "two matrices"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str):
    with pytest.raises(InputError, match=message) as caught:
        read_transfac(write(tmp_path, text))
    assert caught.value.line == line
