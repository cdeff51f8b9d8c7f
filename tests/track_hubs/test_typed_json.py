"""Untrusted JSON: refused syntax, and values checked against type hints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.typed_json import DEPTH, JsonTypeError, decode, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@dataclass(frozen=True)
class Leaf:
    name: str
    share: float = 0.5


@dataclass(frozen=True)
class Tree:
    leaf: Leaf
    pair: tuple[int, int]
    side: Literal["+", "-", None] = None
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    rest: Any = None


class Loose(TypedDict):
    value: float


@given(JSON)
def test_what_json_writes_is_what_is_read(value):
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "'c' twice"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("1e999", "too large"),
        ("9" * 30, "30 digits"),
        ("9" * 10_000, "digits"),
        ("9223372036854775808", "19 digits"),
        ("[1, 0.5, 9223372036854775808]", "19 digits"),
        ('{"a": [[1, -9223372036854775808]]}', "19 digits"),
        ('{"a": [0.5, 1e300, 1e999]}', "too large"),
        ('["a", -1e999]', "too large"),
        ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), "nested deeper"),
        ("[" * 200_000, "nested deeper"),
        (r'["\ud800"]', "surrogate"),
        (r'{"\udfff": 1}', "surrogate"),
    ],
)
def test_what_readers_disagree_about_is_refused(text, says):
    with pytest.raises(JsonTypeError, match=says) as caught:
        parse(text)
    assert len(str(caught.value)) < 200


def test_a_whole_pair_and_the_deepest_nesting_are_read():
    assert parse(r'"\ud83d\ude00"') == "😀"
    assert json.dumps(parse("[" * DEPTH + "]" * DEPTH)) == "[" * DEPTH + "]" * DEPTH


def test_a_tree_is_built():
    value = {
        "leaf": {"name": "a", "share": 1},
        "pair": [1, 2],
        "side": "-",
        "leaves": {"x": {"name": "b"}},
        "rest": [1],
    }
    assert decode(Tree, value) == Tree(Leaf("a", 1.0), (1, 2), "-", {"x": Leaf("b")}, [1])
    assert type(decode(Leaf, {"name": "a", "share": 1}).share) is float


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"leaf": None}, "leaf is None instead of an object"),
        ({"leaf": {}}, "leaf lacks name"),
        ({"leaf": {"name": 5}}, "leaf.name is 5 instead of text"),
        ({"leaf": {"name": "a", "share": True}}, "leaf.share is True instead of a number"),
        ({"leaf": {"name": "a", "more": 1}}, "leaf has an unknown field 'more'"),
        ({"pair": [1]}, "pair has 1 values instead of 2"),
        ({"pair": "12"}, "pair is '12' instead of a list"),
        ({"pair": [1, 2.0]}, r"pair\[1\] is 2.0 instead of a whole number"),
        ({"side": "x"}, "side is 'x' instead of one of"),
        ({"side": ["+"]}, "side is .* instead of one of"),
        ({"leaves": []}, "leaves is .* instead of an object"),
        ({"leaves": {"x": 1}}, "leaves.'x' is 1"),
    ],
)
def test_a_value_of_another_type_is_named(change, says):
    with pytest.raises(JsonTypeError, match=says):
        decode(Tree, {"leaf": {"name": "a"}, "pair": [1, 2], **change})


NUMBERS = st.integers(-9, 9) | st.floats(-9, 9) | st.booleans() | st.text(max_size=1)


@given(st.lists(NUMBERS, max_size=4))
def test_each_part_of_a_list_has_its_type(parts):
    numbers = [part for part in parts if type(part) in (int, float)]
    read = decode(tuple[float, ...], numbers)
    assert read == tuple(numbers)
    assert set(map(type, read)) <= {float}
    others = [position for position, part in enumerate(parts) if type(part) not in (int, float)]
    if others:
        with pytest.raises(JsonTypeError, match=rf"^values\[{others[0]}\] is .* instead of a number"):
            decode(tuple[float, ...], parts, "values")


def test_a_typed_dict_may_have_more():
    assert decode(Loose, {"value": 1, "more": "x"}) == {"value": 1, "more": "x"}
    for value in ({}, {"value": "1"}, []):
        with pytest.raises(JsonTypeError):
            decode(Loose, value)


def test_unions_are_tried_in_turn():
    hint = int | str | None
    assert [decode(hint, value) for value in (1, "a", None)] == [1, "a", None]
    with pytest.raises(JsonTypeError):
        decode(hint, 1.5)
