"""Describe what a server sends: routes, and files that may be read. Nothing is sent here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_PLAIN = {".txt", ".bed", ".tsv", ".fai", ".sizes"}  # shown by a browser, not saved
# Compressed files are data to the page: without a Content-Encoding no browser decompresses them on the way.
_TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
    ".json": "application/json", ".xml": "application/xml", ".gz": "application/gzip", ".bgz": "application/gzip",
}  # fmt: skip


class Answer(Protocol):
    """What a route gives: a `Reply`, or anything that looks like one."""

    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def status(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent for a route."""

    content_type: str
    body: bytes
    status: int = 200


Route = Callable[[dict[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Offer:
    """Describe what a server sends, and to whom; see `serve`."""

    root: Path
    folders: tuple[Path, ...]
    files: frozenset[Path] | None
    routes: Mapping[str, Route]
    origins: tuple[str, ...]
    policy: str

    def find(self, path: str) -> Path | None:
        """Find the file that a decoded path names; None if there is none, or none that may be sent."""
        parts = path.lstrip("/").split("/")
        if ".." in parts or "\0" in path:
            return None
        try:
            file = self.root.joinpath(*parts)
            if self.files is not None and file not in self.files:
                return None
            found = file.resolve()
            inside = any(_is_plainly_in(found, folder) for folder in self.folders)
            return found if inside and found.is_file() and os.access(found, os.R_OK) else None
        except (OSError, ValueError, RuntimeError):  # a name too long, links in a circle
            return None


def _is_plainly_in(file: Path, folder: Path) -> bool:
    """Tell whether a file lies in a folder, with no hidden folder or name between."""
    return file.is_relative_to(folder) and not any(part.startswith(".") for part in file.relative_to(folder).parts)


def content_type(path: Path) -> str:
    """Name the media type of a file by its suffix."""
    if path.suffix in _PLAIN:
        return "text/plain; charset=utf-8"
    found = _TYPES.get(path.suffix, "application/octet-stream")
    return f"{found}; charset=utf-8" if found.startswith("text/") else found
