"""Strict reader of untrusted JSON: bounded depth and numbers, values checked against type hints.

`parse` refuses input that JSON readers disagree about: duplicate names, NaN, half a surrogate pair.
`decode` builds dataclasses from the parsed values, so that each type is declared once, at its field.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

DEPTH = 32  # levels of nested lists and objects
_NUMBERS = {int, float}
_INTEGER = 1 << 63  # limit of the magnitude of integers, exclusive
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null"}


class JsonTypeError(ValueError):
    """Report malformed JSON or a value of the wrong type; `str(error)` is one line with the place."""


def parse(text: str) -> Any:
    """Parse JSON strictly.

    Parameters
    ----------
    text : str
        The JSON text.

    Raises
    ------
    JsonTypeError
        The text is not JSON, an object repeats a name, a number is infinite or too large, a string has half a
        surrogate pair, or the nesting is deeper than `DEPTH`.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except JsonTypeError:
        raise
    except ValueError as error:
        raise JsonTypeError(f"is not valid JSON ({error})") from error
    except RecursionError:
        raise JsonTypeError(f"is nested deeper than {DEPTH} levels") from None
    _check_numbers([value])
    _check_nested(value)
    if _SURROGATE.search(text):
        _check_letters(value)
    return value


def decode(hint: Any, value: Any, place: str = "") -> Any:
    """Build a value of a type from parsed JSON.

    Parameters
    ----------
    hint : type
        The type: str, bool, int, float, None, Any, Literal, and unions, tuples, mappings with text keys, dataclasses
        and TypedDicts of these. A whole number is accepted as float. A bool is not accepted as a number.
        A TypedDict may have undeclared fields, a dataclass may not.
    value : Any
        Result of `parse`.
    place : str
        Place of the value for error messages.

    Raises
    ------
    JsonTypeError
        The value has another type, or an object lacks a field or has an unknown one.

    Examples
    --------
    >>> decode(tuple[float, ...], parse("[1, 2.5]"))
    (1.0, 2.5)
    """
    if hint is Any:
        return value
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, value, place)
    if is_typeddict(hint):
        return _typed_dict(hint, value, place)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _union(get_args(hint), value, place)
    if origin is Literal:
        if not isinstance(value, str | NoneType) or value not in get_args(hint):
            raise _refused(place, f"one of {', '.join(map(str, get_args(hint)))}", value)
        return value
    if origin is tuple:
        return _tuple(get_args(hint), value, place)
    if origin in (dict, Mapping):
        return _mapping(get_args(hint)[1], value, place)
    return _plain(NoneType if hint is None else hint, value, place)


def _plain(kind: type, value: Any, place: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise _refused(place, _WORDS[kind], value)
    return value


def _union(hints: Sequence[Any], value: Any, place: str) -> Any:
    if value is None and NoneType in hints:
        return None
    types = [hint for hint in hints if hint is not NoneType]
    for hint in types[:-1]:
        try:
            return decode(hint, value, place)
        except JsonTypeError:
            continue
    return decode(types[-1], value, place)


def _tuple(hints: Sequence[Any], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _refused(place, "a list", value)
    if len(hints) == 2 and hints[1] is Ellipsis:
        types = set(map(type, value))
        if types == {hints[0]}:
            return tuple(value)  # a long list of numbers, without a look at each
        if hints[0] is float and types == {int, float}:
            return tuple(map(float, value))
        return tuple(decode(hints[0], part, f"{place}[{i}]") for i, part in enumerate(value))
    if tuple(map(type, value)) == hints:
        return tuple(value)
    if len(value) != len(hints):
        raise JsonTypeError(f"{_place(place)} has {len(value)} values instead of {len(hints)}")
    return tuple(decode(hint, part, f"{place}[{i}]") for i, (hint, part) in enumerate(zip(hints, value, strict=True)))


def _mapping(hint: Any, value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refused(place, "an object", value)
    return {name: decode(hint, part, f"{place}.{describe_value(name)}") for name, part in value.items()}


def _dataclass(kind: type, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise _refused(place, "an object", value)
    hints = _hints(kind)
    for name in value:
        if name not in hints:
            raise JsonTypeError(f"{_place(place)} has an unknown field {describe_value(name)}")
    for name, is_required in _required(kind).items():
        if is_required and name not in value:
            raise JsonTypeError(f"{_place(place)} lacks {name}")
    prefix = f"{place}." if place else ""
    return kind(**{name: decode(hints[name], part, f"{prefix}{name}") for name, part in value.items()})


def _typed_dict(kind: Any, value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refused(place, "an object", value)
    for name in sorted(kind.__required_keys__ - value.keys()):
        raise JsonTypeError(f"{_place(place)} lacks {name}")
    hints, prefix = _hints(kind), f"{place}." if place else ""
    return {
        name: decode(hints[name], part, f"{prefix}{name}") if name in hints else part for name, part in value.items()
    }


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the type of each field of a dataclass or TypedDict."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)} if is_dataclass(kind) else hints


@lru_cache
def _required(kind: type) -> dict[str, bool]:
    return {field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(kind)}


def holds_numbers(values: Sequence[Any]) -> bool:
    """Tell whether a list holds numbers only, quickly; nothing is nested in such a list."""
    return set(map(type, values)) <= _NUMBERS


def describe_value(value: Any) -> str:
    """Quote a value for an error message, as one short printable line."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _refused(place: str, expectation: str, value: Any) -> JsonTypeError:
    return JsonTypeError(f"{_place(place)} is {describe_value(value)} instead of {expectation}")


def _place(place: str) -> str:
    return place or "the value"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise JsonTypeError(f"has {describe_value(name)} twice in one object")
        values[name] = value
    return values


def _constant(text: str) -> Any:
    raise JsonTypeError(f"holds {text}, which is not a JSON number")


def _check_numbers(values: Sequence[Any]) -> None:
    """Refuse numbers out of range; long lists of numbers are checked by their extremes."""
    numbers = values if holds_numbers(values) else [value for value in values if type(value) in _NUMBERS]
    if not numbers or -_INTEGER < min(numbers) <= max(numbers) < _INTEGER:
        return
    for number in numbers:
        if type(number) is int and abs(number) >= _INTEGER:
            raise JsonTypeError(f"holds a number of {len(str(abs(number)))} digits")
        if not math.isfinite(number):
            raise JsonTypeError("holds a number that is too large")


def _check_nested(value: Any) -> None:
    """Refuse deep nesting, and numbers out of range within lists and objects."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEPTH:
            raise JsonTypeError(f"is nested deeper than {DEPTH} levels")
        members = [_parts(parent) for parent in level]
        for parts in members:
            _check_numbers(parts)
        level = [
            part for parts in members if not holds_numbers(parts) for part in parts if isinstance(part, dict | list)
        ]


def _check_letters(value: Any) -> None:
    level = [value]
    while level:
        for part in level:
            for text in (part, *part) if isinstance(part, dict) else (part,):
                if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):
                    raise JsonTypeError(f"holds half a surrogate pair in {describe_value(text)}")
        level = [part for parent in level for part in _parts(parent)]


def _parts(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()
