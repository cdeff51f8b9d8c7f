"""The program as a whole: help, version and models, and how little it needs to say them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from runs import Command

from ideep_scan import __version__

_HELP = """
import sys, time
started = time.process_time()
sys.argv = ["ideep-scan", *sys.argv[1:]]
from ideep_scan.cli.app import main
try:
    main()
except SystemExit as ended:
    assert not ended.code
heavy = {"torch", "numba", "numpy", "pandas", "pysam", "RNA"} & set(sys.modules)
print(time.process_time() - started, *heavy, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["genome", "--help"]])
def test_help_comes_at_once_and_loads_nothing_heavy(arguments: list[str]) -> None:
    said = subprocess.run([sys.executable, "-c", _HELP, *arguments], capture_output=True, text=True, check=True)
    seconds, *heavy = said.stderr.split()
    assert float(seconds) < 1
    assert heavy == []
    assert "genome" in said.stdout


def test_version(command: Command) -> None:
    said = command("--version")
    assert (said.code, said.out, said.err) == (0, f"ideep-scan {__version__}\n", "")


@pytest.mark.parametrize("name", ["demo", "genome", "models list", "models show"])
def test_each_command_shows_a_worked_example(name: str, command: Command) -> None:
    said = command(*name.split(), "--help")
    assert said.code == 0
    assert f"Example: ideep-scan {name}" in " ".join(said.out.split())


def test_help_of_genome_names_every_option_with_its_default(command: Command) -> None:
    text = command("genome", "--help").out
    for option in (
        "--rbp",
        "--gtf",
        "--cobinding",
        "--out",
        "--gene",
        "--regions",
        "--strand",
        "--stride",
        "--threshold",
    ):
        assert option in text
    for option in ("--modalities", "--chrom-sizes", "--device", "--precision", "--batch", "--threads", "--overwrite"):
        assert option in text
    for default in ("ideep_scan_out", "both", "0.5", "auto", "16384"):
        assert f"[default: {default}]" in text


def test_models_are_listed_as_a_table(command: Command) -> None:
    said = command("models", "list")
    header, *rows = [line.split("\t") for line in said.out.splitlines()]
    assert header == ["name", "protein", "aliases", "modalities", "experiments"]
    (row,) = [row for row in rows if row[0] == "ELAVL1"]
    assert len(row) == len(header)
    assert "HuR" in row[2]
    assert said.code == 0


@pytest.mark.parametrize("name", ["HuR", "elavl1", "ELAVL1"])
def test_card_of_a_model_by_any_of_its_names(name: str, command: Command) -> None:
    said = command("models", "show", name)
    card = json.loads(said.out)
    assert (card["name"], card["protein"]) == ("ELAVL1", "ELAVL1")
    assert {"annotation", "citation", "experiments"} <= set(card)


def test_card_of_an_unknown_model(command: Command) -> None:
    said = command("models", "show", "HUR2")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("ideep-scan: no model for 'HUR2': did you mean HuR")
    assert len(said.err.splitlines()) == 1
