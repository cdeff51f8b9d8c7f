#!/usr/bin/env python3
"""Check that docstrings parse as numpydoc and describe every parameter they list.

scripts/check_docstrings.py [PACKAGE ...]
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import griffe

PACKAGES = ("ideep_scan", "track_hubs")


class Collector(logging.Handler):
    """Collect the messages of a logger."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text of one record."""
        self.messages.append(record.getMessage())


def objects(owner: griffe.Module | griffe.Class) -> Iterator[griffe.Object]:
    """Yield a module or class and everything defined in it."""
    yield owner
    for member in owner.members.values():
        if isinstance(member, (griffe.Module, griffe.Class)):
            yield from objects(member)
        elif isinstance(member, griffe.Object):
            yield member


def empty_descriptions(item: griffe.Object) -> Iterator[str]:
    """Yield a message for each documented parameter, result or error without a description."""
    for section in item.docstring.parsed if item.docstring else ():
        if isinstance(section.value, list):
            for entry in section.value:
                if not getattr(entry, "description", "filled"):
                    name = getattr(entry, "name", "") or getattr(entry, "annotation", "")
                    yield f"{item.path}: {section.kind.value}: {name} has no description"


def faults(package: str) -> list[str]:
    """List the faults in the docstrings of a package.

    Parameters
    ----------
    package : str
        Dotted name of a package on the search path or in the current folder.

    Returns
    -------
    list of str
        One message a fault, with the dotted name or the file of the object.
    """
    collector = Collector()
    logging.getLogger("griffe").addHandler(collector)
    module = griffe.load(package, search_paths=["."], docstring_parser=griffe.Parser.numpy)
    assert isinstance(module, griffe.Module)
    messages = [message for item in objects(module) for message in empty_descriptions(item)]
    logging.getLogger("griffe").removeHandler(collector)
    return messages + collector.messages


def main() -> None:
    """Print the faults and exit with status 1 if there are any."""
    messages = [message for package in sys.argv[1:] or PACKAGES for message in faults(package)]
    print("\n".join(messages), end="\n" if messages else "")
    sys.exit(bool(messages))


if __name__ == "__main__":
    main()
