"""Command `motifs`: the report from windows, and what it refuses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from runs import Command

WIDTH = 101
FILES = [
    "TARDBP.html",
    "TARDBP.matches.tsv",
    "TARDBP.meme",
    "TARDBP.tsv",
    "index.html",
    "manifest.json",
    "run_log.json",
]
MEME = "MEME version 5\n\nALPHABET= {letters}\n\n{motif}"
PROTEIN = "ACDEFGHIKLMNPQRSTVWY"


def _records(count: int, motif: str, label: str = "") -> Iterator[str]:
    """Make records of random windows, with a motif at the centre."""
    letters = np.random.default_rng(len(motif)).choice(list("ACGU"), (count, WIDTH))
    for number, row in enumerate(letters):
        start = (WIDTH - len(motif)) // 2
        row[start : start + len(motif)] = list(motif)
        yield f">w{number}{label}\n{''.join(row)}\n"


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("windows") / "windows.fa"
    path.write_text("".join([*_records(30, "UGUGUGUGUGUG", " class:1"), *_records(30, "", " class:0")]))
    return path


def test_windows_give_a_report_that_a_second_one_replaces_only_if_told(
    command: Command, windows: Path, tmp_path: Path
) -> None:
    arguments = ("motifs", "--rbp", "TARDBP", "--model", "ideep", "--windows", windows, "-o", tmp_path / "out")
    said = command(*arguments)
    assert said.code == 0, said.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "TARDBP.tsv").read_text()), delimiter="\t"))
    assert {row["bound"] for row in rows} == {"30"}
    assert "UGUG" in rows[0]["consensus"].replace("K", "G").replace("N", "U")
    assert rows[0]["consensus"] in said.out
    again = command(*arguments)
    assert again.code == 2
    assert "holds another run: choose another folder (-o), or pass --overwrite" in again.err
    assert command(*arguments, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        (">a\nACGU\n", "the record a has 4 bases; give windows of 101 or more"),
        (f">a\n{'ACGUN' * 30}\n", "no window can be used"),
        ("".join(_records(5, "")), "has 5 bound windows that can be scored; give at least 20"),
        ("".join(_records(30, "", " class:0")), "has 0 bound windows that can be scored; give at least 20"),
        ("".join([*_records(30, "", " class:1"), *_records(3, "", " class:0")]), "has 3 unbound windows"),
        ("MKVLAAGI\n", "is not a FASTA"),
    ],
)
def test_windows_that_cannot_be_used_are_one_line(command: Command, text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "w.fa"
    path.write_text(text)
    said = command("motifs", "--rbp", "TARDBP", "--windows", path, "-o", tmp_path / "out")
    assert said.code == 2
    last = said.err.strip().splitlines()[-1]
    assert "w.fa" in last
    assert fault in last
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        (MEME.format(letters="ACGU", motif=""), "has no motif"),
        (MEME.format(letters=PROTEIN, motif=""), "protein"),
        (MEME.format(letters="ACGU", motif="MOTIF a\nletter-probability matrix:\n0.5 0.5 0.5 0.5\n"), "line 7"),
    ],
)
def test_known_motifs_that_cannot_be_used_are_one_line(
    command: Command, windows: Path, text: str, fault: str, tmp_path: Path
) -> None:
    path = tmp_path / "known.meme"
    path.write_text(text)
    said = command("motifs", "--rbp", "TARDBP", "--windows", windows, "--known", path, "-o", tmp_path / "out")
    assert said.code == 2
    (line,) = said.err.strip().splitlines()
    assert "known.meme" in line
    assert fault in line
    assert not (tmp_path / "out").exists()
