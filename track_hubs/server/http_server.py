"""HTTP server on the loopback address for the files of a run and for the live page's routes.

Genome browsers need byte ranges, which Python's http.server lacks.
Frameworks such as Starlette and aiohttp have them, but bring an event loop and several more packages.
This server adds ranges, a fixed list of files, limits on connections, and the refusal of other origins (`origins.py`).
"""

from __future__ import annotations

import errno
import io
import os
import socket
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from track_hubs.server.origins import find_refusal, make_preflight_headers, make_sharing_headers, parse_origin
from track_hubs.server.resources import Offer, Reply, Route, Stream, find_content_type, parse_byte_range

__all__ = ["POLICY", "Reply", "Route", "Server", "Stream", "parse_byte_range", "serve"]

HOST = "127.0.0.1"
_BLOCK = 1 << 18  # bytes copied at a time
_MAX_CONNECTIONS, _BACKLOG = 64, 128
_SEND_TIMEOUT = 60.0  # seconds for one block
_MAX_PARAMETERS = 30  # of a query
#: Default Content-Security-Policy: pages may load this server's files only.
POLICY: dict[str, str] = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:", "font-src": "data:", "connect-src": "'self' data: blob:", "base-uri": "'none'",
    "form-action": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Server:
    """A server that runs during its `with` block. Create it with `serve`.

    Attributes
    ----------
    url : str
        URL of the root, with a slash at the end.
    port : int
        The port on which it listens.
    """

    def __init__(self, listener: _Listener) -> None:
        self._listener = listener
        self.port = int(listener.server_address[1])
        self.url = f"http://{HOST}:{self.port}/"
        self._thread = threading.Thread(target=partial(listener.serve_forever, poll_interval=0.05), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.connections.close()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Block until the server ends or an exception such as KeyboardInterrupt is raised."""
        while self._thread.is_alive():
            self._thread.join(0.5)


def serve(
    root: str | Path,
    port: int = 0,
    routes: Mapping[str, Route] | None = None,
    *,
    folders: Sequence[str | Path] | None = None,
    files: Collection[str | Path] | None = None,
    aliases: Mapping[str, Path] | None = None,
    origins: Sequence[str] = (),
    policy: Mapping[str, str] = POLICY,
) -> Server:
    """Create a server on the loopback address. It answers requests once its `with` block is entered.

    Requests from pages of other origins are refused unless `origins` lists them. Hidden files are never sent.

    Parameters
    ----------
    root : str or Path
        Folder of the root URL.
    port : int
        The port; 0 chooses a free one.
    routes : Mapping[str, Route], optional
        Functions of the decoded query, by path ("/live/scores"). They take precedence over files and must be safe to
        call from several threads. A query that repeats a parameter is refused.
    folders : Sequence[str or Path], optional
        Folders whose files may be sent, after symbolic links are resolved. The default is `root`.
    files : Collection[str or Path], optional
        Files that may be sent. The default is all files of the folders.
    aliases : Mapping[str, Path], optional
        Files of other folders, by the path of their URL ("/variants.bb"). They replace files of the same path.
    origins : Sequence[str]
        Origins whose pages may read responses, such as "https://example.org".
    policy : Mapping[str, str]
        Directives of the Content-Security-Policy, sent with every response.

    Raises
    ------
    HubError
        The folder is missing, an origin is malformed, or the port is in use or not permitted.
    """
    folder = Path(root).resolve()
    if not folder.is_dir():
        raise HubError(f"{root}: no such folder; pass the output folder of a finished run")
    if not 0 <= port < 1 << 16:
        raise HubError(f"port {port}: pass a number from 1 to 65535, or 0 for a free port")
    offer = Offer(
        root=folder,
        folders=(folder,) if folders is None else tuple(Path(path).resolve() for path in folders),
        files=None if files is None else frozenset(folder / file for file in files),
        aliases={"/" + path.lstrip("/"): file for path, file in (aliases or {}).items()},
        routes={"/" + path.lstrip("/"): route for path, route in (routes or {}).items()},
        origins=tuple(map(parse_origin, origins)),
        policy=_policy_text(policy),
    )
    try:
        return Server(_Listener((HOST, port), offer))
    except OSError as error:
        raise _unavailable(port, error) from error


def bind(listener: socket.socket, port: int) -> None:
    """Bind a socket to a port of the loopback address.

    Parameters
    ----------
    listener : socket.socket
        The socket.
    port : int
        The port; 0 chooses a free one.

    Raises
    ------
    HubError
        The port is in use or not permitted.
    """
    try:
        # On Windows this option would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name != "nt"))
        listener.bind((HOST, port))
    except OSError as error:
        raise _unavailable(port, error) from error


def _unavailable(port: int, error: OSError) -> HubError:
    reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
    return HubError(f"port {port} {reason}; choose another one, or omit the option for a free one")


def _policy_text(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


class _Listener(ThreadingHTTPServer):
    """The listener socket; one thread per connection."""

    daemon_threads = True
    block_on_close = False  # let the program end although a browser keeps a connection open
    request_queue_size = _BACKLOG

    def __init__(self, address: tuple[str, int], offer: Offer) -> None:
        self.offer = offer
        self.connections = Connections(_MAX_CONNECTIONS)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind the socket without the DNS look-up of this machine's name that http.server does."""
        bind(self.socket, int(self.server_address[1]))
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a new thread; refuse it with 503 if there are too many."""
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
    server: _Listener
    protocol_version = "HTTP/1.1"
    timeout = _SEND_TIMEOUT

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
        is_valid = super().parse_request()
        self.server.connections.busy(self.connection)
        self.connection.settimeout(_SEND_TIMEOUT)
        return is_valid

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_OPTIONS(self) -> None:
        """Answer the preflight request that precedes a range request from another origin."""
        status = self._refusal()
        if status is not None:
            return self._refuse(status, body=True)
        return self._send(HTTPStatus.NO_CONTENT, make_preflight_headers(self.headers, self.server.offer.origins))

    def log_message(self, format: str, *args: Any) -> None:
        """Write no log."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a malformed request without echoing any of it."""
        self.close_connection = True
        if not hasattr(self, "request_version") or self.request_version == "HTTP/0.9":
            self.request_version = "HTTP/1.0"  # the response needs headers
        self._refuse(HTTPStatus(code), body=self.command != "HEAD")

    def _refusal(self) -> HTTPStatus | None:
        """Return the status of a refusal, or None if the request may be answered."""
        if self.request_version == "HTTP/0.9":
            return HTTPStatus.BAD_REQUEST
        if "Transfer-Encoding" in self.headers or self.headers.get("Content-Length", "0").strip() != "0":
            return HTTPStatus.BAD_REQUEST  # no request to this server has a body
        return find_refusal(self.headers, self.server.offer.origins, self.request_version == "HTTP/1.1")

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
        file_path = self.server.offer.find(path)
        if file_path is None:
            return self._refuse(HTTPStatus.NOT_FOUND, body)
        try:
            with file_path.open("rb") as file:
                self._file(file_path, file, body)
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
        if isinstance(reply, Stream):
            return self._stream(headers, reply.parts, body)
        return self._send(HTTPStatus(reply.status), headers, reply.body, body)

    def _stream(self, headers: Mapping[str, str], parts: Iterator[bytes], body: bool) -> None:
        """Send parts as chunks (RFC 9112, section 7.1); to a client of HTTP/1.0, until the connection closes."""
        is_chunked = self.request_version != "HTTP/1.0"
        self.close_connection |= not is_chunked
        self._send(HTTPStatus.OK, {**headers, **({"Transfer-Encoding": "chunked"} if is_chunked else {})}, None)
        for part in parts if body else ():
            if part:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if is_chunked else part)
        if body and is_chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _file(self, path: Path, file: BinaryIO, body: bool) -> None:
        stat = os.fstat(file.fileno())
        size, tag = stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {
            "Content-Type": find_content_type(path), "Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "no-cache",
        }  # fmt: skip
        if self.headers.get("If-None-Match") == tag:
            return self._send(HTTPStatus.NOT_MODIFIED, headers)
        requested = self.headers.get("Range") if self.headers.get("If-Range", tag) == tag else None
        part = parse_byte_range(requested, size)
        if part == (0, 0) and requested:
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

    def _copy(self, file: BinaryIO, size: int) -> None:
        while size:
            block = file.read(min(size, _BLOCK))
            if not block:  # the file shrank, so the announced length is wrong
                self.close_connection = True
                return
            self.wfile.write(block)
            size -= len(block)

    def _refuse(self, status: HTTPStatus, body: bool) -> None:
        text = f"{status.value} {status.phrase}\n".encode()
        if status in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST):
            self.close_connection = True
        self._send(status, {"Content-Type": "text/plain; charset=utf-8"}, text, body)

    def _send(
        self, status: HTTPStatus, headers: Mapping[str, str], content: bytes | None = b"", body: bool = True
    ) -> None:
        """Send status, headers and content. Content of None has an unknown length and is sent afterwards."""
        offer = self.server.offer
        shared = make_sharing_headers(self.headers, offer.origins) if getattr(self, "headers", None) is not None else {}
        self.send_response(status)
        for name, value in {**_SECURITY_HEADERS, "Content-Security-Policy": offer.policy, **shared, **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        has_length = "Content-Length" in headers or status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        if content is not None and not has_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body and content:
            self.wfile.write(content)


def _query(text: str) -> dict[str, str] | None:
    """Decode a query; None if it repeats a parameter or has too many."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        return None
    query = dict(pairs)
    return query if len(query) == len(pairs) else None
