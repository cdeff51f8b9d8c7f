"""Interface for running the final work on a file, in this process or in another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class Runner(Protocol):
    """Call a function of a module, in this process or in another one, and wait for its end."""

    def __call__(self, function: Callable[..., R], *arguments: Any) -> R:
        """Return what the function returns, or raise what it raises."""
        ...


def run_here(function: Callable[..., R], *arguments: Any) -> R:
    """Call a function in this thread."""
    return function(*arguments)
