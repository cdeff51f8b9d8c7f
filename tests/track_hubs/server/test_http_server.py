from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.manifest import HubError
from track_hubs.server.http_server import Reply, Server, Stream, parse_byte_range, serve

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "run"
    (root / "tracks").mkdir(parents=True)
    (root / "index.html").write_text("<p>page</p>")
    (root / "tracks" / "a b#1%.bw").write_bytes(CONTENT)
    (root / "hits.bed.gz").write_bytes(b"\x1f\x8b packed")
    (root / "empty.bed").write_bytes(b"")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "run2").mkdir()  # begins like the root
    (tmp_path / "run2" / "secret.txt").write_text("secret")
    return root


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    def echo(query: dict[str, str]) -> Reply:
        return Reply("application/json", json.dumps(query).encode(), 400 if "bad" in query else 200)

    def broken(query: dict[str, str]) -> Reply:
        raise RuntimeError("broken")

    with serve(folder, routes={"/live/echo": echo, "broken": broken}) as running:
        yield running


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request as it is written: no client tidies the path."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


FILE = "/tracks/a%20b%231%25.bw"


def test_a_file_is_sent_whole_with_its_length_and_type(server):
    status, headers, body = ask(server, FILE)
    assert (status, body) == (200, CONTENT)
    assert headers["content-length"] == "1024"
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-type"] == "application/octet-stream"


def test_the_root_is_its_page(server):
    status, headers, body = ask(server, "/?x=1#there")
    assert (status, body, headers["content-type"]) == (200, b"<p>page</p>", "text/html; charset=utf-8")


def test_what_is_packed_stays_packed(server):
    status, headers, body = ask(server, "/hits.bed.gz")
    assert (status, body, headers["content-type"]) == (200, b"\x1f\x8b packed", "application/gzip")
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-9999", 0, 1024),
        ("bytes=1000-99999", 1000, 1024),
    ],
)
def test_a_part_is_sent_where_one_is_asked_for(server, asked, start, end):
    status, headers, body = ask(server, FILE, Range=asked)
    assert (status, body) == (206, CONTENT[start:end])
    assert headers["content-range"] == f"bytes {start}-{end - 1}/1024"
    assert headers["content-length"] == str(end - start)


@pytest.mark.parametrize(("path", "asked"), [(FILE, "bytes=1024-"), (FILE, "bytes=-0"), ("/empty.bed", "bytes=0-9")])
def test_a_part_that_the_file_does_not_hold_is_refused(server, path, asked):
    status, headers, body = ask(server, path, Range=asked)
    assert (status, body) == (416, b"")
    assert headers["content-range"] == f"bytes */{0 if 'empty' in path else 1024}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", f"bytes={'9' * 5000}-", "bytes=٣-٤"]
)
def test_a_malformed_or_manifold_range_gives_the_whole_file(server, asked):
    raw = asked.encode("utf-8").decode("latin-1")
    assert ask(server, FILE, Range=raw)[::2] == (200, CONTENT)


def test_a_part_of_another_version_gives_the_whole_file(server):
    tag = ask(server, FILE)[1]["etag"]
    assert ask(server, FILE, Range="bytes=0-9", If_Range=tag)[0] == 206
    assert ask(server, FILE, Range="bytes=0-9", If_Range='"old"')[0] == 200
    assert ask(server, FILE, If_None_Match=tag)[0] == 304


def test_head_and_options_send_no_body(server):
    status, headers, body = ask(server, FILE, "HEAD")
    assert (status, headers["content-length"], body) == (200, "1024", b"")
    status, headers, body = ask(server, FILE, "OPTIONS")
    assert (status, body, headers["allow"]) == (204, b"", "GET, HEAD, OPTIONS")


def test_nothing_is_taken(server, folder):
    assert ask(server, "/new.txt", "PUT")[0] == 501
    assert not (folder / "new.txt").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/tracks/../../secret.txt",
        "/tracks/..%2f..%2fsecret.txt",
        "//../secret.txt",
        "/../run2/secret.txt",
        "/link.txt",
        "/linked/secret.txt",
        "/circle",
        "/tracks",
        "/tracks/",
        "/nothing.bw",
        "/%00",
        "/" + "x" * 5000,
        "http://127.0.0.1/../secret.txt",
        "/broken/",
    ],
)
def test_nothing_outside_of_the_folder_is_given_and_no_folder_listed(server, folder, path):
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "linked").symlink_to(folder.parent)
    (folder / "circle").symlink_to(folder / "circle")
    status, _, body = ask(server, path)
    assert (status, body) == (404, b"404 Not Found\n")


def test_a_link_within_the_folder_is_followed(server, folder):
    (folder / "again.html").symlink_to("index.html")
    assert ask(server, "/again.html")[::2] == (200, b"<p>page</p>")


def test_folders_beside_the_page_are_given_where_they_are_named_and_no_others(folder):
    with serve(folder.parent, folders=[folder, folder.parent / "run2"]) as server:
        assert ask(server, "/run/index.html")[0] == 200
        assert ask(server, "/run2/secret.txt")[0] == 200
        assert ask(server, "/secret.txt")[0] == 404


def test_only_named_files_are_given(folder):
    (folder / "private.txt").write_text("private")
    (folder / "named.txt").symlink_to(folder.parent / "secret.txt")
    with serve(folder, files=["index.html", "tracks/a b#1%.bw", "named.txt", "tracks"]) as server:
        assert [ask(server, path)[0] for path in ("/", "/index.html", FILE)] == [200] * 3
        for path in ("/private.txt", "/hits.bed.gz", "/named.txt", "/tracks", "/tracks/", "/tracks/../private.txt"):
            assert ask(server, path)[0] == 404


def test_hidden_files_are_not_given(folder):
    (folder / ".netrc").write_text("secret")
    (folder / ".part").mkdir()
    (folder / ".part" / "x.bw").write_bytes(CONTENT)
    (folder / "shown.bw").symlink_to(folder / ".part" / "x.bw")
    with serve(folder) as server:
        for path in ("/.netrc", "/.part/x.bw", "/%2enetrc", "/tracks/../.netrc", "/shown.bw"):
            assert ask(server, path)[0] == 404


HOSTILE = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://allowed.example.org.evil.org"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"},
]


@pytest.mark.parametrize("headers", HOSTILE)
@pytest.mark.parametrize("path", [FILE, "/", "/live/echo", "/nothing"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_pages_of_other_origins_are_refused(server, method, path, headers):
    status, answered, _ = ask(server, path, method, **headers)
    assert status == 403
    assert not [name for name in answered if name.startswith("access-control")]
    assert answered["connection"] == "close"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_servers_own_pages_are_answered(server, site):
    own = f"http://127.0.0.1:{server.port}"
    status, headers, _ = ask(server, FILE, Origin=own, Sec_Fetch_Site=site)
    assert status == 200
    assert "access-control-allow-origin" not in headers
    assert ask(server, FILE, Origin=own, Host=f"localhost:{server.port}")[0] == 403


def test_what_is_not_an_origin_starts_no_server(folder):
    with pytest.raises(HubError, match="is not an origin"):
        serve(folder, origins=["*"])


def test_an_origin_that_was_allowed_may_read_and_no_other(folder):
    allowed = "https://allowed.example.org"
    with serve(folder, origins=[allowed + "/", "http://LOCALHOST:3000"]) as server:
        status, headers, body = ask(server, FILE, Origin=allowed, Sec_Fetch_Site="cross-site")
        assert (status, body) == (200, CONTENT)
        assert (headers["access-control-allow-origin"], headers["vary"]) == (allowed, "Origin")
        status, headers, _ = ask(server, FILE, "OPTIONS", Origin="http://localhost:3000")
        assert (status, headers["access-control-allow-origin"]) == (204, "http://localhost:3000")
        assert "Range" in headers["access-control-allow-headers"]
        for hostile in HOSTILE:
            assert ask(server, FILE, **hostile)[0] == 403
        assert ask(server, FILE, Origin=allowed, Host="evil.example.org")[0] == 403


@pytest.mark.parametrize("path", ["/", FILE, "/live/echo", "/nothing", "/broken"])
def test_every_answer_forbids_foreign_scripts_and_guesses(server, path):
    for method in ("GET", "HEAD", "OPTIONS", "BREW"):
        headers = ask(server, path, method)[1]
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["script-src"] == "'self'"
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def raw(server: Server, *parts: bytes) -> bytes:
    """Send bytes as they are and read to the end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        with suppress(OSError):  # the server has answered a head that is too long, and has hung up
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no host
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.org\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nGET /", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/7.0\r\nHost: localhost\r\n\r\n", 505),
        (b"GET\r\n\r\n", 400),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + (b"X: " + b"y" * 60_000 + b"\r\n") * 3 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        (b"GET / HTTP/1.0\r\n\r\n", 200),
    ],
)
def test_heads_of_requests_are_bounded_and_read_strictly(server, head, status):
    said = raw(server, head)
    assert said.split(b"\r\n")[0].split(b" ")[1] == str(status).encode()
    assert said.count(b"HTTP/1.1 ") == 1
    assert ask(server, "/")[0] == 200


def test_a_connection_answers_one_request_after_the_other(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for _ in range(3):
        connection.request("GET", FILE, headers={"Range": "bytes=0-3"})
        assert connection.getresponse().read() == CONTENT[:4]
    connection.close()


def test_a_slow_client_loses_its_connection(folder, monkeypatch):
    monkeypatch.setattr("track_hubs.server.connections.HEAD_SECONDS", 0.3)
    with serve(folder) as server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert slow.recv(100) == b""


@pytest.mark.parametrize("sent", [b"", b"GET / HT"])
def test_many_waiting_connections_do_not_keep_others_out(folder, sent):
    with serve(folder) as server:
        waiting = []
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            connection.sendall(sent)
            waiting.append(connection)
        assert ask(server, "/")[::2] == (200, b"<p>page</p>")
        for connection in waiting:
            connection.close()


def test_many_requests_at_once_are_answered(folder):
    statuses = []
    with serve(folder) as server:
        threads = [threading.Thread(target=lambda: statuses.append(ask(server, FILE)[0])) for _ in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert statuses == [200] * 200


def test_no_more_connections_than_the_limit_are_at_work(folder, monkeypatch):
    monkeypatch.setattr("track_hubs.server.http_server._MAX_CONNECTIONS", 2)
    gate = threading.Event()

    def wait(query: dict[str, str]) -> Reply:
        assert gate.wait(20)
        return Reply("text/plain", b"")

    with serve(folder, routes={"/wait": wait}) as server:
        threads = [threading.Thread(target=ask, args=(server, "/wait")) for _ in range(2)]
        for thread in threads:
            thread.start()
        while list(server._listener.connections._idle_since.values()) != [None, None]:
            threads[0].join(0.01)
        status, headers, _ = ask(server, "/")
        assert (status, headers["retry-after"]) == (503, "1")
        gate.set()
        for thread in threads:
            thread.join(20)
        assert ask(server, "/")[0] == 200


def test_a_name_that_was_made_to_point_here_is_refused(server):
    assert ask(server, "/", Host="evil.example.org")[0] == 403
    assert ask(server, "/", Host="127.0.0.1.evil.example.org:80")[0] == 403
    for name in (f"localhost:{server.port}", "LOCALHOST", "[::1]:8000", "127.0.0.1"):
        assert ask(server, "/", Host=name)[0] == 200


def test_routes_get_the_decoded_query(server):
    status, headers, body = ask(server, "/live/echo?text=chr20%3A12+A%3EG&empty=&n=2")
    assert (status, json.loads(body)) == (200, {"text": "chr20:12 A>G", "empty": "", "n": "2"})
    assert ask(server, "/live/echo?n=1&n=2")[0] == 400
    assert ask(server, "/live/echo?" + "&".join(f"a{i}=1" for i in range(5000)))[0] == 400
    assert headers["cache-control"] == "no-store"
    assert ask(server, "/live/echo?bad=1")[0] == 400
    assert ask(server, "/live/echo/more")[0] == 404


def test_a_route_that_fails_says_so_and_the_server_goes_on(server):
    assert ask(server, "/broken")[0] == 500
    assert ask(server, "/")[0] == 200


def test_requests_are_answered_side_by_side(folder):
    met = threading.Barrier(2, timeout=10)

    def meet(query: dict[str, str]) -> Reply:
        met.wait()
        return Reply("text/plain", b"met")

    with serve(folder, routes={"/meet": meet}) as server:
        other = threading.Thread(target=ask, args=(server, "/meet"))
        other.start()
        assert ask(server, "/meet")[2] == b"met"
        other.join()


def test_only_this_machine_is_listened_to(server):
    assert urlsplit(server.url).hostname == "127.0.0.1"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), timeout=2)


def test_a_port_in_use_a_wrong_port_and_no_folder_are_told_in_a_line(server, folder, tmp_path):
    with pytest.raises(HubError, match=rf"^port {server.port} is in use; choose another"):
        serve(folder, port=server.port)
    with pytest.raises(HubError, match=r"^port 70000: pass a number"):
        serve(folder, port=70000)
    with pytest.raises(HubError, match="no such folder; pass the output folder"):
        serve(tmp_path / "none")


def test_a_port_is_free_again_once_the_server_has_ended(folder):
    with serve(folder) as first:
        assert ask(first, "/")[0] == 200
    with serve(folder, port=first.port) as second:
        assert ask(second, "/")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        ask(second, "/")


def test_it_ends_while_a_browser_holds_a_connection_open(folder):
    with serve(folder) as server:
        held = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        held.request("GET", "/")
        held.getresponse().read()
    held.close()


@settings(max_examples=80)
@given(first=st.none() | st.integers(0, 60), last=st.none() | st.integers(0, 60), size=st.integers(0, 40))
def test_ranges_are_slices(first, last, size):
    """Against the definition: the listed positions that the file holds."""
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    byte_range = parse_byte_range(text, size)
    if (first is None and last is None) or (first is not None and last is not None and last < first):
        assert byte_range is None
        return
    if first is None:
        wanted = list(range(size))[-last:] if last else []
    else:
        wanted = [place for place in range(size) if first <= place and (last is None or place <= last)]
    assert list(range(*byte_range)) == wanted


def stream(query: dict[str, str]) -> Stream:
    def parts() -> Iterator[bytes]:
        yield b"one,"
        yield b""
        yield b"two"
        if "broken" in query:
            raise RuntimeError("broken")

    return Stream("text/plain", parts())


def test_a_stream_is_sent_in_chunks_and_the_connection_stays_usable(folder: Path) -> None:
    with serve(folder, routes={"stream": stream}) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for _ in range(2):
            connection.request("GET", "/stream")
            reply = connection.getresponse()
            assert reply.getheader("Transfer-Encoding") == "chunked"
            assert reply.getheader("Content-Length") is None
            assert reply.read() == b"one,two"
        connection.request("HEAD", "/stream")
        assert connection.getresponse().read() == b""
        connection.request("GET", "/stream")
        assert connection.getresponse().read() == b"one,two"
        connection.close()


def test_a_stream_that_breaks_is_incomplete(folder: Path) -> None:
    with serve(folder, routes={"stream": stream}) as server:
        with pytest.raises(http.client.IncompleteRead):
            ask(server, "/stream?broken=1")
        assert ask(server, "/stream")[2] == b"one,two"


def test_a_client_of_http_1_0_gets_a_stream_until_the_connection_closes(folder: Path) -> None:
    with (
        serve(folder, routes={"stream": stream}) as server,
        socket.create_connection(("127.0.0.1", server.port)) as line,
    ):
        line.settimeout(10)
        line.sendall(f"GET /stream HTTP/1.0\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        content = b"".join(iter(lambda: line.recv(1000), b""))
    head, body = content.split(b"\r\n\r\n", 1)
    assert b"chunked" not in head
    assert body == b"one,two"
