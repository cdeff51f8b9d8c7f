"""Motifs of Cluster-Buster, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.cluster_buster import read_cluster_buster


def test_titles_and_rows(tmp_path: Path):
    path = tmp_path / "m.cb"
    path.write_text(
        "# a comment\n>RNCMPT00136-HuR\n1\t2\t3\t4\n\n5 6 7 8\n>M2 HuD of mouse\n0 0 0 9.5\n>QKI\n1 0 0 0\n"
    )
    first, second, third = read_cluster_buster(path)
    assert (first.id, first.name, first.symbol) == ("RNCMPT00136", "HuR", "ELAVL1")
    assert first.counts.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert (second.id, second.name, second.symbol) == ("M2", "HuD", "ELAVL4")
    assert (third.id, third.name) == ("QKI", "QKI")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (">M\n1 2 3\n", 2, "has 3 numbers"),
        ("1 2 3 4\n>M\n", 1, "before the first title"),
        (">\n1 2 3 4\n", 1, "has no name"),
        (">M\n>N\n1 2 3 4\n", 1, "motif M has no matrix rows"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str):
    path = tmp_path / "m.cb"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_cluster_buster(path)
    assert caught.value.line == line
