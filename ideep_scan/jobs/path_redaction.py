"""Keep folders of this machine, and names of users in them, out of what a run publishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

# No byte depends on them, or the hub says them.
_LEFT_OUT = ("out", "report", "overwrite", "resume", "shard", "dask", "email", "threads")


def redact_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a run's settings as JSON values, each file by its name without its folder."""
    published = {name: value for name, value in settings.items() if name not in _LEFT_OUT}
    if not published.get("evidence"):
        published.pop("evidence", None)  # the receipt of a run without tracks is as it was before tracks existed
    if not published.get("expression"):
        published.pop("expression", None)
        published.pop("min_tpm", None)
    if not published.get("spliced"):
        published.pop("spliced", None)
    return {name: _named(value) for name, value in published.items()}


def redact_lines(lines: tuple[str, ...], settings: Mapping[str, Any]) -> list[str]:
    """Remove folders from lines: those of the files that the settings name, and those below home.

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
    """Yield the paths in a value; a text is a path if it has a folder."""
    if isinstance(value, PurePath) or (isinstance(value, str) and "/" in value):
        yield Path(value)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _paths(part)
