"""Options that are given twice: repeatable, or refused in one line, in every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import runs
import typer
from runs import Command

from ideep_scan.cli.commands import app

REPEATABLE = {
    "genome": {"--rbp", "--gene", "--regions", "--evidence"},
    "merge": {"--rbp", "--gene", "--regions", "--evidence"},
    "motifs": {"--rbp"},
    "predict": {"--rbp", "--evidence"},
    "train": {"--negatives", "--test-contigs"},
    "transcripts": {"--rbp", "--regions"},
    "shards": {"--rbp", "--gene", "--regions", "--evidence"},
    "variants": {"--rbp", "--evidence"},
    "verify": {"--inputs"},
    "view": {"--rbp", "--allow-origin", "--evidence", "--inputs", "--show", "--gene"},
    "benchmark": {"--method", "--experiment", "--model"},
}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the program, groups too."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))
OPTIONS = [
    (path, option)
    for path, command in COMMANDS.items()
    for option in command.params
    if option.param_type_name == "option"
]


def identifier(value: Any) -> str:
    return "-".join(value) if isinstance(value, tuple) else value.name


def spelled(option: Any, name: str) -> list[str]:
    """The option, with the values that it takes: the number of options is checked before their values."""
    return [name] if option.is_flag else [name, *["x"] * option.nargs]


@pytest.mark.parametrize(
    ("path", "option"), OPTIONS, ids=lambda value: "-".join(value) if isinstance(value, tuple) else value.name
)
def test_every_option(path: tuple[str, ...], option: Any, command: Command) -> None:
    if option.is_eager:
        return
    name = max(option.opts, key=len)
    repeatable = name in REPEATABLE.get(" ".join(path), set())
    assert option.multiple == repeatable
    for first in option.opts:  # the short name and the long one are one option
        said = command(*path, *spelled(option, first), *spelled(option, name))
        refused = f"ideep-scan: {name} is given 2 times: give it once\n"
        assert (said.code, said.err == refused) == (2, not repeatable), said
        assert said.out == ""


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (("genome", "--rbp", "", "x.fa"), "--rbp"),
        (("genome", "--rbp", "ELAVL1", "x.fa", "-o", ""), "--out"),
        (("genome", "--rbp", "ELAVL1", ""), "FASTA"),
        (("predict", "--rbp", "ELAVL1", ""), "FILE|-"),
        (("hub", "run", ""), "OUT..."),
        (("models", "show", ""), "NAME"),
    ],
)
def test_an_empty_value_is_refused(asked: tuple[str, ...], name: str, command: Command) -> None:
    said = command(*asked)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"ideep-scan: {name} is empty: give a value, or leave it out\n"


def test_several_regions_are_put_together(example: Path, command: Command, tmp_path: Path) -> None:
    fasta, gtf = example / "example.fa.gz", example / "genes.gtf"
    bed = tmp_path / "r.bed"
    bed.write_text("exA\t104999\t105200\tname\t0\t+\nexA\t104000\t105400\tname\t0\t-\n")
    asked = ["--regions", "exA:104,001-104,500", "--regions", "exA:104,401-104,600", "--regions", bed]
    said = command("genome", "--rbp", "ELAVL1", fasta, "--gtf", gtf, *asked, "-o", tmp_path / "out")
    assert said.code == 0, said
    assert said.out.startswith(f"{600 + 201:,} positions scored")
    scored = runs.track(tmp_path / "out", "+")["exA"]
    assert (scored[104_000:104_600] >= 0).all()
    assert (scored[104_999:105_200] >= 0).all()
