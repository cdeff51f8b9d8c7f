"""The page of a finished run on a local server, with igv.js from the user's cache. It opens no browser."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from pathlib import Path
from urllib.parse import quote

from platformdirs import user_cache_path

from ideep_scan.errors import InputError
from ideep_scan.jobs.publishing import settle
from track_hubs import igv_js
from track_hubs.igv import SESSION
from track_hubs.manifest import HubError
from track_hubs.server import Route, Server, serve

PAGE = "index.html"


def serve_run(out: Path, port: int = 0) -> tuple[Server, str]:
    """A server for a run's folder, or for a hub of several runs, and the address of its page.

    Raises
    ------
    InputError : no run, or a port that cannot be had.
    """
    folder = out.resolve()
    settle(folder)
    if not folder.is_dir():
        raise InputError("no such folder; give the output folder of a finished run", out)
    if not (folder / PAGE).is_file():
        raise InputError(f"holds no {PAGE}; give the output folder of a finished run, or make it (ideep-scan hub)", out)
    runs = {folder, *_runs_beside(folder)}
    root = Path(*_shared(sorted(runs)))
    page = quote("/".join([*folder.relative_to(root).parts, PAGE])) if folder != root else ""
    server = open_server(root, port, igv_routes(folder.relative_to(root).as_posix()), sorted(runs))
    return server, server.url + page


def igv_routes(folder: str = ".") -> dict[str, Route]:
    """The route that gives igv.js to the pages in a folder below the server's root."""
    path = igv_js.FILE if folder == "." else f"{folder}/{igv_js.FILE}"
    return {f"/{path}": igv_js.route(user_cache_path("ideep-scan"))}


def open_server(root: Path, port: int, routes: dict[str, Route], folders: list[Path] | None = None) -> Server:
    """`track_hubs.server.serve`, with its errors as this package's."""
    try:
        return serve(root, port, routes, folders)
    except HubError as error:
        raise InputError(str(error)) from error


def _runs_beside(folder: Path) -> set[Path]:
    """Folders of the runs that a hub of several runs points to; none for a run of its own."""
    try:
        session = xml.parse(folder / SESSION).getroot()
    except (OSError, xml.ParseError):
        return set()
    paths = [(folder / each.get("path", "")).resolve() for each in session.iter("Resource")]
    return {path.parent.parent for path in paths if path.is_file() and not path.is_relative_to(folder)}


def _shared(folders: list[Path]) -> list[str]:
    """The parts that the paths of all folders begin with."""
    shared: list[str] = []
    for parts in zip(*(folder.parts for folder in folders), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return shared
