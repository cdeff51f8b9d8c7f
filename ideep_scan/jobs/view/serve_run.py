"""Serve the page of a finished run, with igv.js from the user's cache. No browser is opened here."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from platformdirs import user_cache_path

from ideep_scan.errors import InputError
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.late_routes import LateRoutes
from ideep_scan.jobs.view.overview import Overview
from ideep_scan.jobs.view.page_files import find_served
from ideep_scan.jobs.view.place import Place
from ideep_scan.jobs.view.replies import reply_json
from ideep_scan.jobs.view.session import RunSession
from ideep_scan.jobs.view.stored_scores import find_stored_scores
from ideep_scan.jobs.view.transcript_drawing import DrawnFiles, TranscriptDrawing
from track_hubs import igv_js
from track_hubs.manifest import HubError
from track_hubs.run_page.script_data import PageFiles, read_page_files
from track_hubs.run_page.scripts import link_scripts, read_page_scripts
from track_hubs.server.http_server import Reply, Route, Server, bind, serve
from track_hubs.server.origins import parse_origin
from track_hubs.server.run_files import list_page_files

if TYPE_CHECKING:
    from ideep_scan.jobs.view.measured import MeasuredFile

PAGE = "index.html"
# Paths of routes, from the folder of the page.
OVERVIEW, PLACE, TRANSCRIPT = "run/overview", "run/place", "run/transcript"
MEASURED = "run/measured"
#: Paths of the routes that `site_routes` makes, for sites, genes, variants and files of the user.
LATE = (
    "run/sites", "run/sites.tsv", "run/gene", "run/session", "run/site", "run/evidence", "run/variant", MEASURED,
    "run/summits",
)  # fmt: skip


def serve_run(
    out: Path,
    port: int = 0,
    origins: Sequence[str] = (),
    *,
    replacements: Mapping[str, Path] | None = None,
    inputs: tuple[Path, ...] = (),
    measured: Sequence[MeasuredFile] = (),
) -> tuple[Server, str]:
    """Make a server for the page of a run, or of a hub of several runs, and give the address of its page.

    Only files that the manifest of a run names are served, and the page with the scripts of this program.

    Parameters
    ----------
    out : Path
        Folder of the run or hub.
    port : int
        The port; 0 takes a free one.
    origins : Sequence[str]
        Origins whose pages may read what is served.
    replacements : mapping of str to Path, optional
        Files to serve besides those of the run or instead of them, by path relative to its folder.
    inputs : tuple of Path
        Folders in which to look for inputs of the run by their names, if a page asks for a computation.
    measured : sequence of MeasuredFile
        Files to show beside the predictions.

    Raises
    ------
    InputError
        There is no run, its manifest cannot be read, an origin is malformed, or the port cannot be had.
    """
    folder, page = out.resolve(), _find_page(out)
    try:
        served = list_page_files(folder)
    except HubError as error:
        raise InputError(str(error)) from error
    root = Path(os.path.commonpath(served))
    inner = folder.relative_to(root).as_posix()
    prefix = "" if inner == "." else f"{inner}/"
    aliases = {f"/{prefix}{name}": file for name, file in (replacements or {}).items()}
    files = [file for files in served.values() for file in files]
    page = aliases.get(f"/{prefix}{PAGE}", page)
    shown = _read_files(page)
    groups = list_drawn_files(shown, folder, frozenset(files))
    genes = find_gene_models(shown, folder, frozenset(files))
    aliases |= {f"/{prefix}{name}": file for name, file in _list_signals(measured).items()}
    session = RunSession(folder, inputs)

    def make_late() -> Mapping[str, Route]:
        from ideep_scan.jobs.view.site_routes import make_site_routes

        return make_site_routes(
            shown, groups, genes, folder=folder, served=frozenset(files), session=session, measured=measured
        )

    late = LateRoutes(LATE, make_late)
    answers = {**_answer_scores(groups, genes, contigs=shown.contigs, folders=served), **late.routes()}
    if not measured:
        answers[MEASURED] = _answer_no_files
    answers[PLACE] = late.load_after(answers[PLACE])  # a page asks for it once its tracks are loaded
    routes = {**make_igv_routes(prefix), **_page_routes(page, prefix)}
    routes |= {f"/{prefix}{path}": answer for path, answer in answers.items()}
    server = open_server(root, port, routes, folders=list(served), files=files, aliases=aliases, origins=origins)
    return server, server.url + (quote(f"{prefix}{PAGE}") if prefix else "")


def _answer_scores(
    groups: Sequence[DrawnFiles], genes: GeneModels, *, contigs: Mapping[str, int], folders: Collection[Path]
) -> dict[str, Route]:
    """Make the routes for the scores of what is in view."""
    tracks = [group.scores for group in groups]
    overview = Overview(tracks, find_stored_scores(tracks, [group.sites for group in groups], folders))
    return {
        OVERVIEW: overview.answer,
        PLACE: Place(overview, genes, contigs).answer,
        TRANSCRIPT: TranscriptDrawing(groups, genes).answer,
    }


def _answer_no_files(query: dict[str, str]) -> Reply:
    """Answer that the user shows no files. A page asks before its tracks are loaded, so nothing is imported for it."""
    return reply_json({"files": []})


def _list_signals(measured: Sequence[MeasuredFile]) -> dict[str, Path]:
    """Return the bigWigs among the files of the user, by their path."""
    if not measured:
        return {}
    from ideep_scan.jobs.view.measured import Measured

    return Measured(measured).signals


def open_shown_files(out: Path, paths: Sequence[Path]) -> list[MeasuredFile]:
    """Read the files to show beside a run or hub. "cobinding" stands for the co-binding sites of the run.

    Raises
    ------
    InputError
        There is no run, or a file cannot be shown on its genome.
    """
    from ideep_scan.jobs.view.measured import name_files, open_measured_files

    page = _find_page(out)
    return open_measured_files(name_files(page.parent, paths), _read_files(page).contigs)


def _find_page(out: Path) -> Path:
    """Return the page of a run or hub. Raise InputError if there is none."""
    folder = out.resolve()
    settle(folder)
    if not folder.is_dir():
        raise InputError("no such folder; give the output folder of a finished run", out)
    page = folder / PAGE
    if not page.is_file() or not page.resolve().is_relative_to(folder):
        raise InputError(f"holds no {PAGE}; give the output folder of a finished run, or make it (ideep-scan hub)", out)
    return page


def _read_files(page: Path) -> PageFiles:
    """Read which files a page shows; none if it cannot be read."""
    try:
        return read_page_files(page.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return PageFiles()


def list_drawn_files(shown: PageFiles, folder: Path, served: frozenset[Path]) -> list[DrawnFiles]:
    """List the files of each group on a page; only those that the server sends."""

    def find(path: str | None) -> Path | None:
        return find_served(folder, path, served)

    groups = []
    for group in shown.groups:
        scores = {strand: find(path) for strand, path in group.scores.items()}
        present = {strand: path for strand, path in scores.items() if path is not None}
        groups.append(DrawnFiles(present, find(group.sites), find(group.motifs)))
    return groups


def find_gene_models(shown: PageFiles, folder: Path, served: frozenset[Path]) -> GeneModels:
    """Find the gene models of a page, if the server sends them."""
    records = shown.contigs if shown.are_transcripts else {}
    return GeneModels(find_served(folder, shown.genes, served), records)


def _page_routes(page: Path, prefix: str) -> dict[str, Route]:
    """Make the routes of the page and its scripts; `prefix` is the path of its folder, with a slash at the end."""
    scripts = {f"/{prefix}{name}": partial(_script, text.encode()) for name, text in read_page_scripts().items()}
    return {f"/{prefix}{PAGE}": partial(_page, page), **scripts}


def _page(path: Path, query: dict[str, str]) -> Reply:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Reply("text/plain; charset=utf-8", f"{PAGE} cannot be read\n".encode(), 404)
    return Reply("text/html; charset=utf-8", link_scripts(text).encode())


def _script(content: bytes, query: dict[str, str]) -> Reply:
    return Reply("text/javascript; charset=utf-8", content)


def make_igv_routes(prefix: str = "") -> dict[str, Route]:
    """Make the route that gives igv.js to the pages in a folder, whose path `prefix` ends with a slash."""
    return {f"/{prefix}{igv_js.FILE}": igv_js.make_route(user_cache_path("ideep-scan"))}


def check_origins(origins: Sequence[str]) -> None:
    """Raise InputError if an origin is malformed, before any large file is read."""
    try:
        for origin in origins:
            parse_origin(origin)
    except HubError as error:
        raise InputError(str(error)) from error


def check_port(port: int) -> None:
    """Raise InputError if the port cannot be had, before any large file is read."""
    try:
        with socket.socket() as listening:
            bind(listening, port)
    except HubError as error:
        raise InputError(str(error)) from error


def open_server(
    root: Path,
    port: int,
    routes: dict[str, Route],
    *,
    folders: Collection[Path],
    files: Collection[Path],
    aliases: Mapping[str, Path] | None = None,
    origins: Sequence[str],
) -> Server:
    """Call `track_hubs.server.http_server.serve`, with its errors as this package's."""
    try:
        return serve(
            root,
            port,
            routes,
            folders=list(folders),
            files=files,
            aliases=aliases,
            origins=origins,
            policy=igv_js.POLICY,
        )
    except HubError as error:
        raise InputError(str(error)) from error
