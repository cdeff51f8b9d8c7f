"""Files of a folder over http to this machine alone, in parts where asked for: what browsers of genomes need.

It lists no folder, takes no upload, and gives nothing that lies outside of the folders it was told.
"""

from __future__ import annotations

import errno
import mimetypes
import os
import re
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, ClassVar, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from track_hubs.manifest import HubError

HOST = "127.0.0.1"
_BLOCK = 1 << 18  # bytes handed on at once
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_NAMES = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)
_PLAIN = {".txt", ".bed", ".tsv", ".fai", ".sizes"}  # shown by a browser, not saved
# What is packed is data to the page: without a Content-Encoding no browser unpacks it on the way.
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json", ".xml": "application/xml"}


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


class Server:
    """A server that runs while its `with` block does; made by `serve`.

    Attributes
    ----------
    url : address of its root, with a slash at the end.
    port : where it listens.
    """

    def __init__(self, listening: _Listening) -> None:
        self._listening = listening
        self.port = int(listening.server_address[1])
        self.url = f"http://{HOST}:{self.port}/"
        self._thread = threading.Thread(target=partial(listening.serve_forever, poll_interval=0.05), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Block until the server ends, or an exception (Ctrl-C) ends the waiting."""
        while self._thread.is_alive():
            self._thread.join(0.5)


def serve(
    root: str | Path,
    port: int = 0,
    routes: Mapping[str, Route] | None = None,
    folders: Sequence[str | Path] | None = None,
) -> Server:
    """Listen on this machine's loopback address; requests are answered once the server's `with` block is entered.

    Files are sent with `Access-Control-Allow-Origin: *`, so that a genome browser from elsewhere that runs in this
    machine's web browser can load them. Routes are for pages of the server's own.

    Parameters
    ----------
    root : the folder that paths begin at.
    port : 0 takes a free one.
    routes : by path from the root ("/live/scores"), functions of the decoded query. They are asked before files, by
        several threads at once. The last of several values of one name counts.
    folders : only what lies in one of them is given, symbolic links followed; None = `root`.

    Raises
    ------
    HubError : the folder is not there, or the port is in use or not allowed.
    """
    folder = Path(root).resolve()
    if not folder.is_dir():
        raise HubError(f"{root}: no such folder; give the output folder of a finished run")
    if not 0 <= port < 1 << 16:
        raise HubError(f"port {port}: give a number from 1 to 65535, or 0 for a free one")
    shown = tuple(Path(each).resolve() for each in folders) if folders is not None else (folder,)
    plain = {"/" + path.lstrip("/"): route for path, route in (routes or {}).items()}
    try:
        return Server(_Listening((HOST, port), folder, shown, plain))
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
        raise HubError(f"port {port} {why}; choose another one, or leave it out for a free one") from error


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser that holds a connection open must not keep the program from ending
    allow_reuse_address = os.name != "nt"  # on Windows it would let two servers share a port

    def __init__(
        self, address: tuple[str, int], root: Path, folders: tuple[Path, ...], routes: Mapping[str, Route]
    ) -> None:
        self.root, self.folders, self.routes = root, folders, routes
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for the name of this machine, as http.server would."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(self.allow_reuse_address))
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that went away while it was answered is no error to speak of."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listening
    protocol_version = "HTTP/1.1"
    timeout = 60.0
    _OPEN: ClassVar[dict[str, str]] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, Content-Length, ETag",
    }

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_OPTIONS(self) -> None:
        """What a browser asks before it loads parts of a file from a page of another origin."""
        allowed = {
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Range, If-Range, Cache-Control",
            "Access-Control-Allow-Private-Network": "true",
            "Access-Control-Max-Age": "600",
        }
        self._send(HTTPStatus.NO_CONTENT, {**self._OPEN, **allowed})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bool) -> None:
        host = self.headers.get("Host", HOST)
        if not _NAMES.fullmatch(host):  # a page of somebody else whose name was made to point here
            return self._refuse(HTTPStatus.FORBIDDEN, body)
        parts = urlsplit("http://x/" + self.path.lstrip("/"))
        path = unquote(parts.path)
        route = self.server.routes.get(path)
        if route is not None:
            return self._route(route, dict(parse_qsl(parts.query, keep_blank_values=True)), body)
        found = self._find(path)
        if found is None:
            return self._refuse(HTTPStatus.NOT_FOUND, body)
        try:
            with found.open("rb") as file:
                self._file(found, file, body)
        except OSError:
            self.close_connection = True
        return None

    def _find(self, path: str) -> Path | None:
        """The file that a path means, or None: no file, or not one to be shown."""
        try:
            found = (self.server.root / path.lstrip("/")).resolve()
            if path.endswith("/"):
                found = (found / "index.html").resolve()
            inside = any(found.is_relative_to(folder) for folder in self.server.folders)
            return found if inside and found.is_file() and os.access(found, os.R_OK) else None
        except (OSError, ValueError, RuntimeError):  # a name too long, with a zero byte, links in a circle
            return None

    def _route(self, route: Route, query: dict[str, str], body: bool) -> None:
        try:
            reply = route(query)
        except Exception:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, body)
            raise
        headers = {"Content-Type": reply.content_type, "Cache-Control": "no-store"}
        self._send(HTTPStatus(reply.status), headers, reply.body, body)

    def _file(self, path: Path, file: BinaryIO, body: bool) -> None:
        stat = os.fstat(file.fileno())
        size, tag = stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {
            **self._OPEN, "Content-Type": _type(path), "Accept-Ranges": "bytes", "ETag": tag,
            "Cache-Control": "no-cache",
        }  # fmt: skip
        if self.headers.get("If-None-Match") == tag:
            return self._send(HTTPStatus.NOT_MODIFIED, headers)
        asked = self.headers.get("Range") if self.headers.get("If-Range", tag) == tag else None
        part = byte_range(asked, size)
        if part == (0, 0) and asked:
            return self._send(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {**headers, "Content-Range": f"bytes */{size}"}
            )
        status = HTTPStatus.OK
        if part is not None:
            status = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{size}"
        start, end = part or (0, size)
        self._send(status, {**headers, "Content-Length": str(end - start)})
        if body:
            file.seek(start)
            self._copy(file, end - start)
        return None

    def _copy(self, file: BinaryIO, left: int) -> None:
        while left:
            block = file.read(min(left, _BLOCK))
            if not block:  # the file shrank: the length that was promised cannot be kept
                self.close_connection = True
                return
            self.wfile.write(block)
            left -= len(block)

    def _refuse(self, status: HTTPStatus, body: bool) -> None:
        text = f"{status.value} {status.phrase}\n".encode()
        self._send(status, {**self._OPEN, "Content-Type": "text/plain; charset=utf-8"}, text, body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes = b"", body: bool = True) -> None:
        self.send_response(status)
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers and status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body and content:
            self.wfile.write(content)


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """The bytes that a Range header asks for, half-open (RFC 9110, section 14).

    Returns
    -------
    None where the whole file is to be sent: no header, one that is malformed, or several ranges at once.
    (0, 0) where the file holds no byte of the range.
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


def _type(path: Path) -> str:
    if path.suffix in (".gz", ".bgz"):
        return "application/gzip"
    if path.suffix in _PLAIN:
        return "text/plain; charset=utf-8"
    found = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found
