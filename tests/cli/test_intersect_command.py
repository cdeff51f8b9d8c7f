"""Command `intersect`: table, streams, and what it refuses."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
import runs
from runs import Command, standard_input


@pytest.fixture(scope="module")
def out(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("intersect") / "out"
    runs.scan(example, folder, gene=("EXB2",))
    return folder


@pytest.fixture
def bed(out: Path, tmp_path: Path) -> Path:
    path = tmp_path / "a.bed"
    sites = runs.table(out)
    path.write_text("".join(f"{s.chrom}\t{s.start}\t{s.end}\tx\t0\t{s.strand}\n" for s in sites.itertuples()))
    return path


def test_the_table_goes_to_standard_output_or_to_a_file(command: Command, out: Path, bed: Path, tmp_path: Path) -> None:
    printed = command("intersect", out, bed)
    assert printed.code == 0
    rows = printed.out.splitlines()
    sites = len(runs.table(out))
    assert len(rows) == sites + 1 > 2
    assert f"{sites} overlaps of {sites} intervals with a site" in printed.err
    written = command("intersect", out, bed, "-o", tmp_path / "t.tsv")
    assert (written.code, written.out) == (0, "")
    assert str(tmp_path / "t.tsv") in written.err
    assert (tmp_path / "t.tsv").read_text() == printed.out


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_read_like_a_file(command: Command, out: Path, bed: Path, packed: bool) -> None:
    expected = command("intersect", out, bed)
    data = gzip.compress(bed.read_bytes()) if packed else bed.read_bytes()
    with standard_input(data):
        said = command("intersect", out, "-")
    assert (said.code, said.out) == (0, expected.out)
    with standard_input(b"chr7\t1\t2\n"):
        said = command("intersect", out, "-")
    assert (said.code, said.out) == (2, "")
    assert "standard input, line 1: no interval can be used: 1 interval on contigs that the run lacks" in said.err


def test_an_annotated_vcf(command: Command, out: Path, tmp_path: Path) -> None:
    said = command("intersect", out, runs.PACKAGED / "variants.vcf", "-o", tmp_path / "a.vcf.gz")
    assert (said.code, said.out) == (0, "")
    assert "40 records" in said.err
    assert {path.name for path in tmp_path.iterdir()} - {"cache"} == {"a.vcf.gz", "a.vcf.gz.tbi"}


def test_a_pipe_is_not_replaced(command: Command, out: Path, bed: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = command("intersect", out, bed, "-o", tmp_path / "pipe")
    assert (said.code, said.out) == (2, "")
    assert "pipe: is a device or a pipe, not a file; name a file" in said.err
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["{out}"], "Missing argument"),
        (["{out}", "missing.bed"], "missing.bed: no such file"),
        (["{out}", "{out}"], "is a folder"),
        (["missing", "{bed}"], "missing"),
        (["{out}", "{out}", "{bed}"], "is given twice"),
        (["{out}", "{bed}", "-o", "{bed}"], "is an input of this command"),
        (["{out}", "{bed}", "-o", ""], "-o/--out|--out is empty"),
    ],
)
def test_refusals_are_one_line(command: Command, out: Path, bed: Path, arguments: list[str], reason: str) -> None:
    said = command("intersect", *(argument.format(out=out, bed=bed) for argument in arguments))
    assert said.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert any(part in said.err for part in reason.split("|"))
