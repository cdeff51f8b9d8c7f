"""Commands to an IGV desktop that runs on this machine, over the port on which it takes them."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TextIO

from track_hubs.manifest import HubError

PORT = 60151  #: port of IGV desktop unless its user chose another one
_GREETING = "ideep-scan"
_GREETING_SECONDS = 10.0
_LOADING_SECONDS = 300.0  # a session of many tracks takes long
_SWITCH = "in IGV, View > Preferences > Advanced > Enable port"


def open_session(session: Path, port: int = PORT) -> None:
    """Open a session in a running IGV desktop. It replaces what IGV shows.

    IGV reports errors in the session itself, in a window of its own, not over the port.

    Parameters
    ----------
    session : Path
        File of the session.
    port : int
        Port on which IGV takes commands.

    Raises
    ------
    HubError
        The session does not exist, nothing or another program answers on the port, or IGV does not finish in time.
    """
    path = session.resolve()
    if not path.is_file():
        raise HubError(f"{session}: no such session; rebuild it (ideep-scan hub)")
    if any(not letter.isprintable() or letter == '"' for letter in str(path)):
        raise HubError(f"{str(path)!r}: IGV cannot be given a path with quotation marks or control characters")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), _GREETING_SECONDS) as connection,
            connection.makefile("rw", encoding="utf-8", newline="\n") as lines,
        ):
            _greet(lines, port)
            connection.settimeout(_LOADING_SECONDS)
            answer = _send(lines, f'load "{path}"')
    except TimeoutError as error:
        raise HubError(f"IGV took the session on port {port}, but it does not answer: look at its window") from error
    except OSError as error:
        raise HubError(
            f"no IGV answers on port {port} ({error.strerror or error}): start IGV desktop, and switch its port on "
            f"({_SWITCH}); --igv-port names another port"
        ) from error
    if answer != "OK":
        raise HubError(f"IGV did not open {path}: {answer or 'it closed the connection'}")


def _greet(lines: TextIO, port: int) -> None:
    """Test whether the program on the port is IGV, which returns the argument of `echo`."""
    try:
        answer = _send(lines, f"echo {_GREETING}")
    except TimeoutError:
        answer = "nothing"
    if answer != _GREETING:
        raise HubError(
            f"the program on port {port} is not IGV desktop, or it waits for its user; look at IGV's window, or name "
            "its port (--igv-port)"
        )


def _send(lines: TextIO, command: str) -> str:
    """Send a command, and return the line of the answer."""
    lines.write(f"{command}\n")
    lines.flush()
    return lines.readline().strip()
