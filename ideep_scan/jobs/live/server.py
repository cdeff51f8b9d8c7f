"""The live page on a local server: inputs opened, the first view scored, routes and igv.js. It opens no browser."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import track_hubs
from ideep_scan.jobs.live.routes import routes
from ideep_scan.jobs.live.session import open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.model_settings import parse_evidence
from ideep_scan.jobs.serve_run import check_origins, check_port, igv_routes, open_server
from track_hubs.server.http_server import Server

PAGE = "live.html"
_FILES = (PAGE, "live.js")
_NAMED = 4  # models that the title names; more are counted


def serve_live(
    settings: LiveSettings, port: int, stack: ExitStack, origins: Sequence[str] = ()
) -> tuple[Server, str, tuple[str, ...]]:
    """A server for a live view, the address of its page, and what the user should know; inputs close with `stack`.

    The first view is scored here, so that what is made once (compiled kernels, regions of a contig) is there when the
    page asks. Pages of `origins` may read the answers.

    Raises
    ------
    IdeepScanError : a wrong input, a locus that is not there, or a port that cannot be had.
    """
    check_origins(origins)
    check_port(port)
    live = open_live(settings, stack)
    view = live.first_view() if settings.locus is None else live.find(settings.locus)
    chrom, start, end = view
    live.scores(chrom, start, min(end, start + 1))
    folder = Path(track_hubs.__file__).resolve().parent / "page"
    table = {**routes(live, title_of(live.names), view, command_of(settings)), **igv_routes()}
    server = open_server(folder, port, table, [folder], [folder / name for name in _FILES], origins)
    return server, server.url + PAGE, live.notes


def command_of(settings: LiveSettings) -> str:
    """Write the command that starts a live view with these settings, without its port."""
    words = ["ideep-scan", "view", "--live", *(word for name in settings.rbp for word in ("--rbp", name))]
    words.append(os.path.abspath(settings.fasta))
    words += ["--gtf", os.path.abspath(settings.gtf)] if settings.gtf else []
    words += ["--cobinding", os.path.abspath(settings.cobinding)] if settings.cobinding else []
    for name, path in parse_evidence(settings.evidence).items():
        words += ["--evidence", f"{name}={os.path.abspath(path)}"]
    words += ["--modalities", settings.modalities] if settings.modalities != LiveSettings.modalities else []
    return shlex.join(words)


def title_of(names: Sequence[str]) -> str:
    """What the page is called."""
    return f"Live: {', '.join(names) if len(names) <= _NAMED else f'{len(names)} models'}"
