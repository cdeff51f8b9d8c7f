"""Change one value of a JSON document, so that most mutations get past the parser of JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

_VALUES: tuple[Any, ...] = (
    None, True, 0, 1, -1, 0.5, 1e308, float("nan"), float("inf"), 2**31, 2**63, 10**40, "", "x", "../x", "/etc/passwd",
    "a\nb", "<script>alert(1)</script>", "\ud800", "\0", "x" * 3000, [], {}, [[]], [None], ["a", 1], {"a": None},
)  # fmt: skip


def mutated(text: bytes, seed: int) -> bytes | None:
    """Replace, remove, double or move one to three values; None if the text is not JSON, or too deep."""
    try:
        return _mutated(json.loads(text), random.Random(seed))
    except (ValueError, RecursionError):
        return None


def _mutated(document: Any, source: random.Random) -> bytes | None:
    for _ in range(source.randint(1, 3)):
        places = list(_places(document))
        if not places:
            return None
        parent, key = source.choice(places)
        act = source.random()
        if act < 0.6:
            parent[key] = source.choice(_VALUES)
        elif act < 0.75:
            del parent[key]
        elif act < 0.9:
            other, there = source.choice(places)
            parent[key] = json.loads(json.dumps(other[there]))
        elif isinstance(parent, list):
            parent.append(parent[key])
        else:
            parent[f"{key}_"] = parent[key]
    return json.dumps(document).encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key or index) of a document."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])
