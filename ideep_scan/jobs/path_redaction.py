"""Keep places of this machine out of what a run publishes: folders, and with them names of users. It reads no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

_LEFT_OUT = ("out", "overwrite", "email")  # where the run lies, and what the hub says at its own place


def settings_receipt(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a run's settings as JSON values, each file by its name without its folder."""
    published = {name: value for name, value in settings.items() if name not in _LEFT_OUT}
    if not published.get("evidence"):
        published.pop("evidence", None)  # the receipt of a run without tracks is as it was before tracks existed
    return {name: _named(value) for name, value in published.items()}


def without_places(lines: tuple[str, ...], settings: Mapping[str, Any]) -> list[str]:
    """Return lines for readers elsewhere: files that the settings name lose their folders, as do those below home.

    Parameters
    ----------
    lines : tuple of str
        Notes of a run.
    settings : mapping of str to Any
        Fields of the run's settings.
    """
    files = [path for value in settings.values() for path in _paths(value)]
    folders = {parent for path in files for parent in (path.parent, path.absolute().parent, path.resolve().parent)}
    folders |= {Path.cwd(), Path.home()}
    named = sorted({str(folder) for folder in folders} - {".", "/"}, key=len, reverse=True)
    for folder in named:
        lines = tuple(line.replace(f"{folder}/", "") for line in lines)
    return list(lines)


def _named(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_named(part) for part in value]
    path = next(_paths(value), None)
    return value if path is None else path.name


def _paths(value: Any) -> Iterator[Path]:
    """Paths that a value holds: a text is one where it has a folder."""
    if isinstance(value, PurePath) or (isinstance(value, str) and "/" in value):
        yield Path(value)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _paths(part)
