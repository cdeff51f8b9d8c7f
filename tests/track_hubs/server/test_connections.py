"""Limits on connections, with sockets but without a server."""

from __future__ import annotations

import http.client
import io
import socket
import threading
from collections.abc import Iterator

import pytest

from track_hubs.server import connections as module
from track_hubs.server.connections import Connections, RequestReader


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new connection is refused at once, and an idle one may be replaced at once."""
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    monkeypatch.setattr(module, "_GRACE", 0.0)


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Four connections, as (server's end, client's end)."""
    sockets = [socket.socketpair() for _ in range(4)]
    for _, client in sockets:
        client.settimeout(20)
    yield sockets
    for pair in sockets:
        for end in pair:
            end.close()


def is_ended(client: socket.socket) -> bool:
    """Tell whether the server ended a connection."""
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_the_connection_that_has_been_idle_longest_gives_way(pairs) -> None:
    connections = Connections(2)
    (one, client_one), (two, client_two), (three, _), _ = pairs
    assert connections.admit(one)
    assert connections.admit(two)
    connections.busy(one)
    connections.idle(one)  # now two has been idle for longer
    assert connections.admit(three)
    assert is_ended(client_two)
    assert not is_ended(client_one)


def test_a_busy_connection_is_never_ended(pairs) -> None:
    connections = Connections(1)
    (one, client), (two, _), *_ = pairs
    assert connections.admit(one)
    connections.busy(one)
    assert not connections.admit(two)
    assert not is_ended(client)
    connections.idle(one)
    assert connections.admit(two)
    assert is_ended(client)


def test_an_idle_connection_stays_for_a_while(pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 1000.0)
    connections = Connections(1)
    (one, client), (two, _), *_ = pairs
    assert connections.admit(one)
    assert not connections.admit(two)
    assert not is_ended(client)


def test_a_connection_waits_for_another_one_to_end(pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 60.0)
    connections = Connections(1)
    (one, _), (two, _), *_ = pairs
    assert connections.admit(one)
    connections.busy(one)
    admitted = []
    thread = threading.Thread(target=lambda: admitted.append(connections.admit(two)))
    thread.start()
    connections.discard(one)
    thread.join(30)
    assert admitted == [True]


def test_a_connection_that_is_gone_is_not_counted(pairs) -> None:
    connections = Connections(1)
    (one, _), (two, _), (three, _), _ = pairs
    assert connections.admit(one)
    connections.discard(one)
    connections.busy(one)  # its thread may still report
    assert connections.admit(two)
    connections.busy(two)
    assert not connections.admit(three)


def test_close_ends_idle_connections_and_admits_no_other(pairs) -> None:
    connections = Connections(3)
    (one, client_one), (two, client_two), (three, _), _ = pairs
    assert connections.admit(one)
    assert connections.admit(two)
    connections.busy(two)
    connections.close()
    assert is_ended(client_one)
    assert not is_ended(client_two)
    assert not connections.admit(three)


def test_a_client_that_left_before_is_no_error(pairs) -> None:
    connections = Connections(1)
    (one, _), (two, _), *_ = pairs
    assert connections.admit(one)
    one.close()
    assert connections.admit(two)


def test_a_head_is_read_whole(pairs) -> None:
    (server, client), *_ = pairs
    client.sendall(b"GET / HTTP/1.1\r\n")
    client.shutdown(socket.SHUT_WR)
    assert io.BufferedReader(RequestReader(server)).read() == b"GET / HTTP/1.1\r\n"


def test_a_head_of_too_many_bytes_is_refused_until_the_next_request(pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_BYTES", 10)
    (server, client), *_ = pairs
    client.sendall(b"x" * 15)
    reader = RequestReader(server)
    assert reader.read(100) == b"x" * 10
    with pytest.raises(http.client.HTTPException, match="too long"):
        reader.read(100)
    reader.begin()
    assert reader.read(100) == b"x" * 5


@pytest.mark.parametrize("seconds", [0.0, 0.01])
def test_a_head_that_takes_too_long_ends(pairs, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(module, "HEAD_SECONDS", seconds)
    (server, _), *_ = pairs
    with pytest.raises(TimeoutError):
        RequestReader(server).read(1)
