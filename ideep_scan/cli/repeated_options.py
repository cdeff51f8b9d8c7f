"""Commands that refuse an empty value, and an option given twice unless it is repeatable."""

from __future__ import annotations

from collections import Counter
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ideep_scan.errors import InputError


class OnceCommand(TyperCommand):
    """Command that accepts each option once; repeatable ones and --help are exempt."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Check the arguments, then parse them as usual."""
        check_repeats(self, ctx, args)
        return super().parse_args(ctx, args)


class OnceGroup(TyperGroup):
    """Group of commands that accepts each of its own options once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Check the arguments before the command's name, then parse them as usual."""
        check_repeats(self, ctx, args)
        return super().parse_args(ctx, args)


def check_repeats(command: TyperCommand | TyperGroup, ctx: Any, args: list[str]) -> None:
    """Check the arguments of a command.

    Raises
    ------
    InputError
        A value is empty, or an option is given twice and is not repeatable.
    """
    values, _, parameters = command.make_parser(ctx).parse_args(args=list(args))
    for parameter in parameters:
        value = values.get(parameter.name)
        if value == "" or (isinstance(value, list | tuple) and "" in value):
            raise InputError(f"{_name(parameter)} is empty: give a value, or leave it out")
    for parameter, count in Counter(parameters).items():
        repeatable = getattr(parameter, "multiple", False) or parameter.is_eager
        if count > 1 and parameter.param_type_name == "option" and not repeatable:
            raise InputError(f"{_name(parameter)} is given {count} times: give it once")


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())
