"""A command gets its options from a settings class, and its values as fields of that class."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from ideep_scan.cli import benchmark, genome, hub, predict, view
from ideep_scan.cli.settings_options import with_options


class Color(str, Enum):
    """Values of --color."""

    red = "red"
    blue = "blue"


@dataclass(frozen=True)
class Paint:
    """Settings of the command under test."""

    walls: int
    color: str = "red"
    rooms: tuple[str, ...] = ()


OPTIONS = {
    "walls": Annotated[int, typer.Argument()],
    "color": Annotated[Color, typer.Option("--color")],
    "rooms": Annotated[list[str] | None, typer.Option("--room")],
}


def paint(*arguments: str) -> tuple[int, list[Any]]:
    """Run a command with a flag of its own; return its exit code and the values that it received."""
    received: list[Any] = []
    app = typer.Typer()

    @app.command()
    @with_options(Paint, OPTIONS)
    def command(context: typer.Context, *, dry: Annotated[bool, typer.Option("--dry")] = False, **values: Any) -> None:
        received.extend([dry, Paint(**values)])

    return CliRunner().invoke(app, list(arguments)).exit_code, received


def test_defaults_come_from_the_fields():
    assert paint("3") == (0, [False, Paint(3)])


def test_enums_become_text_and_lists_tuples():
    assert paint("3", "--color", "blue", "--room", "hall", "--room", "den", "--dry") == (
        0,
        [True, Paint(3, "blue", ("hall", "den"))],
    )


def test_a_field_without_default_is_required():
    assert paint() == (2, [])


@pytest.mark.parametrize("command", [benchmark.benchmark, genome.genome, hub.hub, predict.predict, view.view])
def test_every_parameter_has_an_annotation_for_the_help(command):
    for parameter in inspect.signature(command).parameters.values():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.annotation is not inspect.Parameter.empty
