"""`ideep-scan view --save`: the page, what is printed, and pairs of options that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs import Command, scan


def test_a_page_is_saved_and_its_name_is_printed(tmp_path: Path, example: Path, command: Command) -> None:
    scan(example, tmp_path / "out", regions="exA:17000-20000")
    page = tmp_path / "new" / "exa2.html"
    arguments = ("view", tmp_path / "out", "--save", page, "--gene", "EXA2")
    said = command(*arguments, "--rbp", "elavl1", "--locus", "exA:17,501-18,000")
    assert (said.code, said.out) == (0, f"{page}\n")
    assert "opens in any web browser, without a network" in said.err
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    said = command(*arguments)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "exists already: give another name, or pass --overwrite" in said.err
    assert command(*arguments, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--gene", "PSMF1"), "--gene goes with --save FILE.html"),
        (("--overwrite",), "--overwrite goes with --save FILE.html"),
        (("--save", "a.html"), "--save needs at least one --gene NAME or --locus chr:start-end"),
        (("--save", "a.html", "--gene", "A", "--live"), "--save and --live do not go together"),
        (("--save", "a.html", "--gene", "A", "--port", "8000"), "--save and --port do not go together"),
        (("--save", "a.html", "--gene", "A", "--variants", "a.vcf"), "--save and --variants do not go together"),
        (("--save", "a.html", "--gene", "A", "--show", "a.bed"), "--save and --show do not go together"),
        (("--save", "a.html", "--gene", "A", "--gtf", "a.gtf"), "--save and --gtf do not go together"),
        (("--rbp", "ELAVL1"), "--rbp goes with --live"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    tmp_path: Path, command: Command, arguments: tuple[str, ...], reason: str
) -> None:
    said = command("view", tmp_path, *arguments)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert reason in said.err
