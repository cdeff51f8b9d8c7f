"""Resources of a server: its routes, and the files that it may send."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_PLAIN = {".txt", ".bed", ".tsv", ".fai", ".sizes"}  # displayed by browsers instead of downloaded
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# Compressed files are sent without Content-Encoding, so that browsers pass them to the page as they are.
_TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
    ".json": "application/json", ".xml": "application/xml", ".gz": "application/gzip", ".bgz": "application/gzip",
}  # fmt: skip


class Answer(Protocol):
    """Protocol of a route's result: a `Reply` or an object with the same attributes."""

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        ...

    @property
    def body(self) -> bytes:
        """The bytes to send."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """The response of a route."""

    content_type: str
    body: bytes
    status: int = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """The response of a route whose length is unknown.

    Attributes
    ----------
    content_type : str
        The media type.
    parts : iterator of bytes
        The body in parts. If it raises, the connection is closed, so that the client knows that the body is incomplete.
    """

    content_type: str
    parts: Iterator[bytes]


Route = Callable[[dict[str, str]], Answer | Stream]


@dataclass(frozen=True, slots=True)
class Offer:
    """The resources of a server and the origins that may read them.

    Attributes
    ----------
    root : Path
        Folder of the root URL.
    folders : tuple of Path
        Folders whose files may be sent.
    files : frozenset of Path or None
        Files that may be sent; None for all files of the folders.
    routes : mapping of str to Route
        Functions of the decoded query, by path.
    origins : tuple of str
        Allowed origins besides the server's own.
    policy : str
        The Content-Security-Policy.
    aliases : mapping of str to Path
        Files of other folders, by the path of their URL. They replace files of the same path.
    """

    root: Path
    folders: tuple[Path, ...]
    files: frozenset[Path] | None
    routes: Mapping[str, Route]
    origins: tuple[str, ...]
    policy: str
    aliases: Mapping[str, Path] = field(default_factory=dict)

    def find(self, path: str) -> Path | None:
        """Return the file of a decoded URL path; None if it does not exist or may not be sent."""
        parts = path.lstrip("/").split("/")
        if ".." in parts or "\0" in path:
            return None
        alias = self.aliases.get("/" + path.lstrip("/"))
        if alias is not None:
            return alias if alias.is_file() else None
        try:
            file = self.root.joinpath(*parts)
            if self.files is not None and file not in self.files:
                return None
            target = file.resolve()
            is_permitted = any(_is_visible_in(target, folder) for folder in self.folders)
            return target if is_permitted and target.is_file() and os.access(target, os.R_OK) else None
        except (OSError, ValueError, RuntimeError):  # the name is too long, or links form a circle
            return None


def _is_visible_in(file: Path, folder: Path) -> bool:
    """Tell whether a file is in a folder and neither hidden nor in a hidden subfolder."""
    return file.is_relative_to(folder) and not any(part.startswith(".") for part in file.relative_to(folder).parts)


def find_content_type(path: Path) -> str:
    """Return the media type of a file from its suffix."""
    if path.suffix in _PLAIN:
        return "text/plain; charset=utf-8"
    media_type = _TYPES.get(path.suffix, "application/octet-stream")
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def parse_byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Read a Range header (RFC 9110, section 14).

    Parameters
    ----------
    header : str or None
        Value of the header.
    size : int
        Bytes of the file.

    Returns
    -------
    tuple of (int, int) or None
        Start and end of the bytes to send, half-open; (0, 0) if the file has no byte of the range.
        None to send the whole file, because the header is missing, malformed or has several ranges.

    Examples
    --------
    >>> parse_byte_range("bytes=0-99", 1000), parse_byte_range("bytes=-10", 1000), parse_byte_range(None, 1000)
    ((0, 100), (990, 1000), None)
    """
    match = _RANGE.fullmatch((header or "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    elif last and int(last) < int(first):
        return None
    else:
        start, end = int(first), size if not last else min(int(last) + 1, size)
    return (start, end) if start < end else (0, 0)
