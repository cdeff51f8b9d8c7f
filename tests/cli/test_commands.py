"""The list of commands: every one has help with an example, and arguments that cannot be used are one line."""

from __future__ import annotations

import sys

import pytest
import typer

from ideep_scan.cli.commands import app, run_command
from ideep_scan.errors import InputError


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Run the program with arguments, without its error handling."""

    def run_with(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["ideep-scan", *arguments])
        return run_command()

    return run_with


def commands(group: typer.Typer, prefix: str = "ideep-scan") -> dict[str, str]:
    """Collect the help of every command, by the words that call it."""
    texts = {f"{prefix} {command.name}": command.callback.__doc__ or "" for command in group.registered_commands}
    for inner in group.registered_groups:
        texts |= commands(inner.typer_instance, f"{prefix} {inner.name}")
    return texts


def test_every_command_shows_an_example_of_itself():
    texts = commands(app)
    assert len(texts) >= 8
    for name, text in texts.items():
        assert f"Example: {name}" in text, name


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("galaxy",), "No such command 'galaxy': see `.*ideep-scan --help`"),
        (("--galaxy",), "No such option: --galaxy: see `.*ideep-scan --help`"),
        (("models", "galaxy"), "No such command 'galaxy': see `.*ideep-scan models --help`"),
        (("models", "show"), "Missing argument '(NAME|name)': see `.*ideep-scan models show --help`"),
        (("genome", "--stride", "x"), "Invalid value for '--stride': .*: see `.*ideep-scan genome --help`"),
        (("demo", "--threads"), "Option '--threads' requires an argument: see `.*ideep-scan"),
    ],
)
def test_arguments_that_cannot_be_used_are_one_line_that_names_the_help(run, arguments, reason):
    with pytest.raises(InputError, match=reason) as caught:
        run(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("arguments", [(), ("models",)])
def test_without_a_command_the_help_is_shown(run, capsys, arguments):
    assert run(*arguments) == 2
    shown = capsys.readouterr()
    assert "Usage" in shown.out + shown.err


def test_the_version_ends_the_program_before_a_command(run, capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("ideep-scan ")
