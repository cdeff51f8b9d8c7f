"""Refuse an option that is given twice, in every command, unless the option is repeatable."""

from __future__ import annotations

from collections import Counter
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ideep_scan.errors import InputError


class OnceCommand(TyperCommand):
    """Command whose options may each be given once; repeatable ones and --help are exempt."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Check the arguments, then parse them as usual."""
        refuse_repeated(self, ctx, args)
        return super().parse_args(ctx, args)


class OnceGroup(TyperGroup):
    """Group of commands whose own options may each be given once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Check the arguments in front of the command's name, then parse them as usual."""
        refuse_repeated(self, ctx, args)
        return super().parse_args(ctx, args)


def refuse_repeated(command: TyperCommand | TyperGroup, ctx: Any, args: list[str]) -> None:
    """Raise InputError if an option that may be given once is given twice."""
    _, _, parameters = command.make_parser(ctx).parse_args(args=list(args))
    for parameter, count in Counter(parameters).items():
        repeatable = getattr(parameter, "multiple", False) or parameter.is_eager
        if count > 1 and parameter.param_type_name == "option" and not repeatable:
            name = max(parameter.opts, key=len)
            raise InputError(f"{name} is given {count} times: give it once")
