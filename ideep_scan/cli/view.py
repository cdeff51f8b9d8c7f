"""`ideep-scan view`: the page of a finished run in a web browser."""

from __future__ import annotations

import os
import signal
import socket
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from track_hubs.server import Server

Out = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a finished run, or of a hub.", show_default=False)]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Open no browser; say how to see the page from another machine.")
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the local server; 0: a free one.")]


def view(out: Out, no_browser: NoBrowser = False, port: Port = 0) -> None:
    """Look at a finished run in a web browser: its tracks in igv.js, its strongest sites, its models.

    A server that only this machine reaches gives the files to the browser until Ctrl-C.

    Example: ideep-scan view out
    """
    from ideep_scan.jobs.view import serve_run

    server, address = serve_run(out, port)
    show(server, address, no_browser)


def show(server: Server, address: str, no_browser: bool) -> None:
    """Run the server until Ctrl-C, with the page in a browser or with word of how to get there."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        with server:
            typer.echo(address)
            if no_browser:
                _say_how(server.port, address)
            elif not _opened(address):
                typer.echo("no web browser was found here: open the address above in one", err=True)
                _say_how(server.port, address)
            typer.echo("Ctrl-C ends it", err=True)
            server.wait()
    except KeyboardInterrupt:
        typer.echo(err=True)


def _opened(address: str) -> bool:
    """Whether a browser with windows took the address; one that runs in a terminal cannot show the page."""
    windows = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
    return windows and webbrowser.open(address)


def _say_how(port: int, address: str) -> None:
    typer.echo("from another machine, run this there and open the same address in its browser:", err=True)
    typer.echo(f"  ssh -L {port}:127.0.0.1:{port} {socket.gethostname()}", err=True)
