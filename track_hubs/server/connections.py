"""Bound the connections of a server: their number, and the seconds and bytes that the head of a request may take."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from contextlib import suppress

HEAD_SECONDS = 30.0  # from the end of one request to the end of the next one's head
HEAD_BYTES = 1 << 17  # of a request line with its headers
_GRACE = 0.5  # seconds that a connection may wait before it can lose its place
_PATIENCE = 1.0  # seconds that a new connection waits for a place
_LOOK = 0.1  # seconds between two looks for a place


class RequestReader(io.RawIOBase):
    """Read a connection, within the limits of one request head after each `begin`.

    Parameters
    ----------
    connection : socket.socket
        The connection. Its timeout is changed by every read.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.begin()

    def begin(self) -> None:
        """Start the limits again, for the next request."""
        self._deadline = time.monotonic() + HEAD_SECONDS
        self._left = HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what the client sent.

        Raises
        ------
        TimeoutError
            The head took too many seconds.
        http.client.HTTPException
            The head has too many bytes.
        """
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        if self._left <= 0:
            raise http.client.HTTPException("the head of the request is too long")
        self._connection.settimeout(seconds)
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class Connections:
    """Open connections, limited in number.

    A new connection takes the place of the one that has waited longest for a request. If all of them are at work, it
    waits for a moment, and is then refused.

    Parameters
    ----------
    limit : int
        The largest number of open connections.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._idle_since: dict[socket.socket, float | None] = {}  # None: a request is being answered
        self._changed = threading.Condition()
        self._closed = False

    def admit(self, connection: socket.socket) -> bool:
        """Give a connection a place; False if there is none."""
        deadline = time.monotonic() + _PATIENCE
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if len(self._idle_since) < self._limit or self._evict(now - _GRACE):
                    self._idle_since[connection] = now
                    return True
                if now >= deadline:
                    return False
                self._changed.wait(_LOOK)
        return False

    def idle(self, connection: socket.socket) -> None:
        """Note that a connection waits for a request."""
        self._note(connection, time.monotonic())

    def busy(self, connection: socket.socket) -> None:
        """Note that a connection's request is being answered."""
        self._note(connection, None)

    def discard(self, connection: socket.socket) -> None:
        """Forget a connection that has ended."""
        with self._changed:
            self._idle_since.pop(connection, None)
            self._changed.notify()

    def close(self) -> None:
        """Refuse all further connections, and end those that wait for a request."""
        with self._changed:
            self._closed = True
            while self._evict(time.monotonic()):
                pass
            self._changed.notify_all()

    def _note(self, connection: socket.socket, since: float | None) -> None:
        with self._changed:
            if connection in self._idle_since:
                self._idle_since[connection] = since

    def _evict(self, before: float) -> bool:
        """End the connection that has waited longest, if it has waited since `before`."""
        idle = [(since, connection) for connection, since in self._idle_since.items() if since is not None]
        since, connection = min(idle, key=lambda pair: pair[0], default=(before, None))
        if connection is None or since > before:
            return False
        del self._idle_since[connection]
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes it
        return True
