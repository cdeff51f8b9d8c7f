"""Where the work of closing a file is done: here, or where who makes the files has it done. It does none itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class Runner(Protocol):
    """Calls a function of a module, perhaps in another process, and waits for what it returns or raises."""

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R: ...


def run_here(function: Callable[..., R], *arguments: Any) -> R:
    """Call it in this thread."""
    return function(*arguments)
