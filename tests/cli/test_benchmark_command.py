"""`ideep-scan benchmark` on the real command line: what it says, and what it refuses in one line without a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from threading import Thread

import pytest
import toy_clip31
from runs import Command
from toy_clip31 import NAMES, Toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    toy = toy_clip31.write(tmp_path_factory.mktemp("toy"))
    folder = toy.data.parent
    (folder / "nothing").mkdir()
    (folder / "prose.tsv").write_text("Dear reader,\nthis is no table.\n")
    shutil.copytree(toy.data, folder / "lacking")
    (folder / "lacking" / NAMES[1] / "5000" / "test_sample_0" / "matrix_RNAfold.tab.gz").unlink()
    shutil.copytree(toy.data, folder / "short")
    matrix = folder / "short" / NAMES[0] / "5000" / "training_sample_0" / "matrix_RNAfold.tab.gz"
    toy_clip31.pack(matrix, "\t".join(toy_clip31.names(("dsRNA",))) + "\n" + "\t".join(["0"] * 101) + "\n")
    return toy


GOOD = ("--data", "{at}/clip31")
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no folder": (("--data", "{at}/gone"), ("gone", "no such folder")),
    "a file": (("--data", "{at}/genome.fa"), ("genome.fa", "no such folder")),
    "an empty folder": (("--data", "{at}/nothing"), ("nothing", "holds no experiment")),
    "a matrix is missing": (("--data", "{at}/lacking"), ("matrix_RNAfold.tab.gz", "no such file")),
    "a matrix of one row": (
        ("--data", "{at}/short", "--experiment", "1", "--method", "region", "--threads", "1"),
        ("matrix_RNAfold.tab.gz", "has 1 rows", "60 windows"),
    ),
    "an unknown method": ((*GOOD, "--method", "iDeap"), ("--method iDeap", "iDeep")),
    "a method in another case": ((*GOOD, "--method", "IDEEP-KMER"), ("--method IDEEP-KMER", "available are")),
    "an unknown experiment": ((*GOOD, "--experiment", "TOY_BETO"), ("--experiment TOY_BETO", "2_TOY_BETA")),
    "an unknown number": ((*GOOD, "--experiment", "32"), ("--experiment 32",)),
    "own without a genome": ((*GOOD, "--protocol", "own"), ("--protocol own", "--fasta and --gtf")),
    "larger sets without a genome": ((*GOOD, "--larger", "{at}"), ("--larger", "--fasta and --gtf")),
    "larger sets that are not there": (
        (*GOOD, "--fasta", "{at}/genome.fa", "--gtf", "{at}/genes.bed", "--larger", "{at}/none"),
        ("none/", "30000"),
    ),
    "own without genes": ((*GOOD, "--protocol", "own", "--fasta", "{at}/genome.fa"), ("--fasta and --gtf",)),
    "no genome": ((*GOOD, "--fasta", "{at}/gone.fa", "--gtf", "{at}/genes.bed"), ("gone.fa", "no such file")),
    "one seed": ((*GOOD, "--seeds", "1"), ("--seeds 1", "2 or more")),
    "a negative seed": ((*GOOD, "--seed", "-1"), ("--seed -1",)),
    "one fold": ((*GOOD, "--folds", "1"), ("--folds 1", "2 or more")),
    "negative threads": ((*GOOD, "--threads", "-1"), ("--threads -1",)),
    "no table of anchors": ((*GOOD, "--anchors", "{at}/gone.tsv"), ("gone.tsv", "no such file")),
    "models of trainings": ((*GOOD, "--model", "ideep"), ("--model", "give --within")),
    "within without genes": ((*GOOD, "--within"), ("--within", "give --fasta and --gtf")),
    "within with folds": ((*GOOD, "--within", "--folds", "2"), ("--folds", "leave it out")),
    "within without lists": (
        (*GOOD, "--within", "--fasta", "{at}/genome.fa", "--gtf", "{at}/genes.bed"),
        ("clip31", "has no .bed or .bed.gz file"),
    ),
    "another table": ((*GOOD, "--anchors", "{at}/prose.tsv"), ("prose.tsv, line 1", "column id is missing")),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refusals(case: str, toy: Toy, command: Command, tmp_path: Path) -> None:
    arguments, expected = CASES[case]
    said = command("benchmark", *(part.format(at=toy.data.parent) for part in arguments), "-o", tmp_path / "out")
    assert (said.code, said.out) == (2, ""), said
    line = said.err.splitlines()[-1]
    assert line.startswith("ideep-scan: ")
    assert all(other.startswith("note: ") for other in said.err.splitlines()[:-1])
    for words in expected:
        assert words in line
    assert not (tmp_path / "out").exists()


def test_means_on_standard_output_and_the_rest_in_files(toy: Toy, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = command(
        "benchmark", *("--data", toy.data), "--method", "motifs", "--experiment", 2, "--threads", 1, "-o", out
    )
    assert said.code == 0, said
    header, row = said.out.splitlines()
    assert header.split("\t") == ["protocol", "method", "experiments", "mean AUC", "mean auPRC"]
    assert row.split("\t")[:3] == ["published", "motifs", "1"]
    note, summary = said.err.splitlines()
    assert note.startswith("note: the protocol 'own' is left out")
    assert summary.startswith("1 trainings in ")
    assert (out / "benchmark.md").is_file()


def test_pipes_are_read_like_files(toy: Toy, command: Command, tmp_path: Path) -> None:
    figures = "id\texperiment\tiDeep_rerun_AUC\tboot_SD\tiDeep+spline_AUC\tiDeep_rerun_auPRC\tspline_auPRC\n"
    (tmp_path / "anchors.tsv").write_text(f"{figures}2\tb\t0.1\t0.01\t0.2\t0.3\t0.4\n")
    sources = {"fasta": toy.fasta, "gtf": toy.gtf, "anchors": tmp_path / "anchors.tsv"}
    pipes = {name: tmp_path / f"{name}{path.suffix}.pipe" for name, path in sources.items()}
    for path in pipes.values():
        os.mkfifo(path)
    senders = [Thread(target=pipes[name].write_bytes, args=(path.read_bytes(),)) for name, path in sources.items()]
    for sender in senders:
        sender.start()

    def report(paths: dict[str, Path], out: Path) -> str:
        inputs = [text for name, path in paths.items() for text in (f"--{name}", path)]
        said = command(
            "benchmark", "--data", toy.data, *inputs, "--method", "region", "--experiment", 2, "--threads", 1, "-o", out
        )
        assert said.code == 0, said
        return said.out

    assert report(pipes, tmp_path / "piped") == report(sources, tmp_path / "read")
    for sender in senders:
        sender.join()


def test_help_shows_a_worked_example_and_the_defaults(command: Command) -> None:
    said = command("benchmark", "--help")
    assert "Example: ideep-scan benchmark --data" in " ".join(said.out.split())
    for option in (
        "--fasta",
        "--gtf",
        "--anchors",
        "--protocol",
        "--method",
        "--experiment",
        "--seeds",
        "--folds",
        "--within",
    ):
        assert option in said.out
    assert "[default: ideep_scan_benchmark]" in said.out
