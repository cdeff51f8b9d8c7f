"""The page on training and the command have the same options."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from ideep_scan.cli.commands import app

_PAGE = Path(__file__).parents[2] / "docs" / "train.md"


def test_table_of_options_lists_the_options_of_the_command() -> None:
    command = get_command(app).commands["train"]  # type: ignore[attr-defined]
    options = {max(option.opts, key=len) for option in command.params if option.param_type_name == "option"}
    short = {name for option in command.params for name in option.opts if name.startswith("-")}
    section = _PAGE.read_text().split("## Options")[1].split("\n## ")[0]
    listed = {
        name
        for row in section.splitlines()
        for name in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row.split("|")[1] if "|" in row else "")
    }
    aliases = {name: max(option.opts, key=len) for option in command.params for name in option.opts}
    assert listed <= short
    assert {aliases[name] for name in listed} == options - {"--help"}
