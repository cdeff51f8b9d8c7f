"""Command parameters made from a settings class: one for each option, with the default of its field."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, get_args, get_type_hints

R = TypeVar("R")
PARAMETER = inspect.Parameter


def with_options(settings: type[Any], options: Mapping[str, Any]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Replace the `**values` of a command by the options of a settings class.

    The new parameters precede the command's keyword-only ones, as they do in `--help`.

    Parameters
    ----------
    settings : type
        Dataclass whose fields hold the defaults. A field without a default makes a required parameter,
        unless the option's type includes None.
    options : mapping of str to type
        Option or argument of each field, as an annotated type of typer, in the order of `--help`.

    Returns
    -------
    callable
        Decorator. The command receives the values as fields of `settings`: enums as text, lists as tuples.
    """
    defaults = {field.name: field.default for field in fields(settings)}
    parameters = [_parameter(name, annotation, defaults[name]) for name, annotation in options.items()]

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        hints = get_type_hints(command, include_extras=True)
        others = [
            parameter.replace(annotation=hints[parameter.name])
            for parameter in inspect.signature(command).parameters.values()
            if parameter.kind is not PARAMETER.VAR_KEYWORD
        ]

        @wraps(command)
        def wrapper(**arguments: Any) -> R:
            values = {name: _value(arguments.pop(name), defaults[name]) for name in options}
            return command(**arguments, **values)

        first = [parameter for parameter in others if parameter.kind is not PARAMETER.KEYWORD_ONLY]
        last = [parameter for parameter in others if parameter.kind is PARAMETER.KEYWORD_ONLY]
        signature = [*first, *parameters, *last]
        wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in signature}
        wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(kind=PARAMETER.KEYWORD_ONLY) for parameter in signature]
        )
        return wrapper

    return decorate


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    """Make the parameter of one option, which may be omitted if its field has a default or its type includes None."""
    choice = get_args(annotation)[0]
    optional = type(None) in get_args(choice)
    if default is MISSING:
        default = None if optional else PARAMETER.empty
    elif default == ():
        default = None
    elif isinstance(choice, type) and issubclass(choice, Enum):
        default = choice(default)
    return PARAMETER(name, PARAMETER.KEYWORD_ONLY, default=default, annotation=annotation)


def _value(argument: Any, default: Any) -> Any:
    """Convert an argument of a command to the value of a field."""
    if isinstance(argument, Enum):
        return argument.value
    if argument is None and default in ((), MISSING):
        return ()
    return tuple(argument) if isinstance(argument, list) else argument
