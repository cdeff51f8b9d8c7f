"""Serve named files and routes over HTTP to this machine alone, with byte ranges, as genome browsers need them.

Folders are not listed, uploads are not taken, and a page of another origin is refused (`origins.py`).
"""

from __future__ import annotations

import errno
import io
import os
import re
import socket
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

from track_hubs.manifest import HubError
from track_hubs.server.connections import Connections, RequestReader
from track_hubs.server.origins import origin_of, preflight, refusal, sharing
from track_hubs.server.resources import Offer, Reply, Route, content_type

__all__ = ["POLICY", "Reply", "Route", "Server", "byte_range", "serve"]

HOST = "127.0.0.1"
_BLOCK = 1 << 18  # bytes handed on at once
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_MOST_CONNECTIONS, _BACKLOG = 64, 128
_SEND_SECONDS = 60.0  # for one block
_MOST_PARAMETERS = 30  # of a query
#: Content-Security-Policy of a server that is given no other one: its own files alone.
POLICY: dict[str, str] = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:", "font-src": "data:", "connect-src": "'self' data: blob:", "base-uri": "'none'",
    "form-action": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
_PRIVATE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


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
        self._listening.connections.close()
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
    files: Collection[str | Path] | None = None,
    origins: Sequence[str] = (),
    policy: Mapping[str, str] = POLICY,
) -> Server:
    """Listen on this machine's loopback address; requests are answered once the server's `with` block is entered.

    Pages of other origins are refused, except those that `origins` names. Hidden files are never sent.

    Parameters
    ----------
    root : str or Path
        The folder that paths begin at.
    port : int
        The port; 0 takes a free one.
    routes : Mapping[str, Route], optional
        Functions of the decoded query, by path from the root ("/live/scores"). They are asked before files, by several
        threads at once. A query that gives a parameter twice is refused.
    folders : Sequence[str or Path], optional
        Only files that lie in one of them are sent, after symbolic links are followed; None = `root`.
    files : Collection[str or Path], optional
        Only these files are sent; None = all files in the folders.
    origins : Sequence[str]
        Origins whose pages may read the answers, such as "https://example.org".
    policy : Mapping[str, str]
        Directives of the Content-Security-Policy, sent with every answer.

    Raises
    ------
    HubError
        The folder is missing, an origin is malformed, or the port is in use or not allowed.
    """
    folder = Path(root).resolve()
    if not folder.is_dir():
        raise HubError(f"{root}: no such folder; give the output folder of a finished run")
    if not 0 <= port < 1 << 16:
        raise HubError(f"port {port}: give a number from 1 to 65535, or 0 for a free one")
    shown = tuple(Path(each).resolve() for each in folders) if folders is not None else (folder,)
    plain = {"/" + path.lstrip("/"): route for path, route in (routes or {}).items()}
    named = None if files is None else frozenset(folder / file for file in files)
    offer = Offer(folder, shown, named, plain, tuple(map(origin_of, origins)), _policy_text(policy))
    try:
        return Server(_Listening((HOST, port), offer))
    except OSError as error:
        raise _unavailable(port, error) from error


def bind(listening: socket.socket, port: int) -> None:
    """Bind a socket to a port of this machine's loopback address; 0 takes a free one.

    Raises
    ------
    HubError
        The port is in use or not allowed.
    """
    try:
        # On Windows this option would let two servers share a port.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name != "nt"))
        listening.bind((HOST, port))
    except OSError as error:
        raise _unavailable(port, error) from error


def _unavailable(port: int, error: OSError) -> HubError:
    why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
    return HubError(f"port {port} {why}; choose another one, or leave it out for a free one")


def _policy_text(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser that holds a connection open must not keep the program from ending
    request_queue_size = _BACKLOG

    def __init__(self, address: tuple[str, int], offer: Offer) -> None:
        self.offer = offer
        self.connections = Connections(_MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for the name of this machine, as http.server would."""
        bind(self.socket, int(self.server_address[1]))
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own, if there is a place for it."""
        if self.connections.admit(request):
            return super().process_request(request, client_address)
        with suppress(OSError):
            request.settimeout(0.2)
            request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
                            b"Connection: close\r\n\r\n")  # fmt: skip
        return self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect during a response."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listening
    protocol_version = "HTTP/1.1"
    timeout = _SEND_SECONDS

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._reader = RequestReader(self.connection)
        self.rfile = io.BufferedReader(self._reader)

    def handle_one_request(self) -> None:
        self._reader.begin()
        self.server.connections.idle(self.connection)
        super().handle_one_request()

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        self.server.connections.busy(self.connection)
        self.connection.settimeout(_SEND_SECONDS)
        return parsed

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_OPTIONS(self) -> None:
        """Answer a browser that asks before it loads parts of a file from a page of another origin."""
        status = self._refusal()
        if status is not None:
            return self._refuse(status, body=True)
        return self._send(HTTPStatus.NO_CONTENT, preflight(self.headers, self.server.offer.origins))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request that http.server cannot read, without repeating any of it."""
        self.close_connection = True
        if not hasattr(self, "request_version") or self.request_version == "HTTP/0.9":
            self.request_version = "HTTP/1.0"  # the answer needs its headers
        self._refuse(HTTPStatus(code), body=self.command != "HEAD")

    def _refusal(self) -> HTTPStatus | None:
        """Tell why the request must not be answered; None if it may be."""
        if self.request_version == "HTTP/0.9":
            return HTTPStatus.BAD_REQUEST
        if "Transfer-Encoding" in self.headers or self.headers.get("Content-Length", "0").strip() != "0":
            return HTTPStatus.BAD_REQUEST  # no request here has a body
        return refusal(self.headers, self.server.offer.origins, self.request_version == "HTTP/1.1")

    def _answer(self, body: bool) -> None:
        status = self._refusal()
        if status is not None:
            return self._refuse(status, body)
        parts = urlsplit("http://x/" + self.path.lstrip("/"))
        path = unquote(parts.path)
        path += "index.html" if path.endswith("/") else ""
        route = self.server.offer.routes.get(path)
        if route is not None:
            return self._route(route, parts.query, body)
        found = self.server.offer.find(path)
        if found is None:
            return self._refuse(HTTPStatus.NOT_FOUND, body)
        try:
            with found.open("rb") as file:
                self._file(found, file, body)
        except OSError:
            self.close_connection = True
        return None

    def _route(self, route: Route, text: str, body: bool) -> None:
        query = _query(text)
        if query is None:
            return self._refuse(HTTPStatus.BAD_REQUEST, body)
        try:
            reply = route(query)
        except Exception:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, body)
            raise
        headers = {"Content-Type": reply.content_type, "Cache-Control": "no-store"}
        return self._send(HTTPStatus(reply.status), headers, reply.body, body)

    def _file(self, path: Path, file: BinaryIO, body: bool) -> None:
        stat = os.fstat(file.fileno())
        size, tag = stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {
            "Content-Type": content_type(path), "Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "no-cache",
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
        if status in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST):
            self.close_connection = True
        self._send(status, {"Content-Type": "text/plain; charset=utf-8"}, text, body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes = b"", body: bool = True) -> None:
        offer = self.server.offer
        shared = sharing(self.headers, offer.origins) if getattr(self, "headers", None) is not None else {}
        self.send_response(status)
        for name, value in {**_PRIVATE, "Content-Security-Policy": offer.policy, **shared, **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
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


def _query(text: str) -> dict[str, str] | None:
    """Decode a query; None if it repeats a parameter or has too many."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return None
    query = dict(pairs)
    return query if len(query) == len(pairs) else None
