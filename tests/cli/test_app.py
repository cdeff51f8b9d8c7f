"""The program as a whole: help, version and models, and how little it needs to say them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from runs import Command

from ideep_scan.version import __version__

_HELP = """
import sys
sys.argv = ["ideep-scan", *sys.argv[1:]]
from ideep_scan.cli.app import main
try:
    main()
except SystemExit as ended:
    assert not ended.code
heavy = {"torch", "numba", "numpy", "pandas", "pysam", "RNA"} & set(sys.modules)
print(*heavy, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["genome", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    said = subprocess.run([sys.executable, "-c", _HELP, *arguments], capture_output=True, text=True, check=True)
    assert said.stderr.split() == []
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
        "--fdr",
        "--prevalence",
    ):
        assert option in text
    for option in ("--modalities", "--chrom-sizes", "--device", "--precision", "--batch", "--threads", "--overwrite"):
        assert option in text
    for default in ("ideep_scan_out", "both", "auto", "0"):
        assert f"[default: {default}]" in text
