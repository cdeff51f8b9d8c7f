"""Limits on a server's connections: their number, and the seconds and bytes of each request head."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from contextlib import suppress

HEAD_SECONDS = 30.0  # from the end of one request to the end of the next request's head
HEAD_BYTES = 1 << 17  # of the request line and headers
_GRACE = 0.5  # seconds that a connection may be idle before it can be closed for another one
_PATIENCE = 1.0  # seconds that a new connection waits for admission
_POLL = 0.1  # seconds between two attempts


class RequestReader(io.RawIOBase):
    """Read a connection within the limits of one request head. `begin` resets the limits.

    Parameters
    ----------
    connection : socket.socket
        The connection. Every read changes its timeout.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.begin()

    def begin(self) -> None:
        """Reset the limits for the next request."""
        self._deadline = time.monotonic() + HEAD_SECONDS
        self._left = HEAD_BYTES

    def readable(self) -> bool:
        """Return True, as `io.RawIOBase` asks of a reader."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read bytes from the client.

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
            raise http.client.HTTPException("the request head is too long")
        self._connection.settimeout(seconds)
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class Connections:
    """The open connections, limited in number.

    If the limit is reached, a new connection replaces the one that has been idle longest.
    If all are busy, the new connection waits for a second and is then refused.

    Parameters
    ----------
    limit : int
        The largest number of open connections.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._idle_since: dict[socket.socket, float | None] = {}  # None while a request is being answered
        self._changed = threading.Condition()
        self._closed = False

    def admit(self, connection: socket.socket) -> bool:
        """Admit a connection; return False if the limit is reached."""
        deadline = time.monotonic() + _PATIENCE
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if len(self._idle_since) < self._limit or self._evict(now - _GRACE):
                    self._idle_since[connection] = now
                    return True
                if now >= deadline:
                    return False
                self._changed.wait(_POLL)
        return False

    def idle(self, connection: socket.socket) -> None:
        """Mark a connection as idle."""
        self._note(connection, time.monotonic())

    def busy(self, connection: socket.socket) -> None:
        """Mark a connection as busy."""
        self._note(connection, None)

    def discard(self, connection: socket.socket) -> None:
        """Remove a closed connection."""
        with self._changed:
            self._idle_since.pop(connection, None)
            self._changed.notify()

    def close(self) -> None:
        """Refuse new connections and close idle ones."""
        with self._changed:
            self._closed = True
            while self._evict(time.monotonic()):
                pass
            self._changed.notify_all()

    def _note(self, connection: socket.socket, since: float | None) -> None:
        with self._changed:
            if connection in self._idle_since:
                self._idle_since[connection] = since

    def _evict(self, deadline: float) -> bool:
        """Close the connection that has been idle longest, if it was idle already at `deadline`."""
        idle = [(since, connection) for connection, since in self._idle_since.items() if since is not None]
        since, connection = min(idle, key=lambda pair: pair[0], default=(deadline, None))
        if connection is None or since > deadline:
            return False
        del self._idle_since[connection]
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)  # its thread sees the end of the stream and closes the socket
        return True
