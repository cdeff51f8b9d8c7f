"""Local server of the live page."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import track_hubs
from ideep_scan.jobs.live.routes import make_routes
from ideep_scan.jobs.live.session import open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.model_settings import parse_evidence
from ideep_scan.jobs.view.serve_run import check_origins, check_port, make_igv_routes, open_server
from track_hubs.server.http_server import Server

PAGE = "live.html"
_FILES = (PAGE, "bases.js", "live_scores.js", "live_variant.js", "live.js")
_NAMED = 4  # models that the title names; more are counted


def serve_live(
    settings: LiveSettings, port: int, stack: ExitStack, origins: Sequence[str] = ()
) -> tuple[Server, str, tuple[str, ...]]:
    """Make a server for a live view.

    It scores one position of the first view, so that kernels are compiled before the page asks.

    Parameters
    ----------
    settings : LiveSettings
        Settings of the view.
    port : int
        Port; 0 for a free one.
    stack : ExitStack
        Closes the inputs.
    origins : sequence of str
        Origins whose pages may read the responses.

    Returns
    -------
    tuple of Server, str and tuple of str
        Server, URL of the page, and remarks on inputs and models.

    Raises
    ------
    IdeepScanError
        An input cannot be used, the locus is unknown, or the port is in use.
    """
    check_origins(origins)
    check_port(port)
    live = open_live(settings, stack)
    view = live.first_view() if settings.locus is None else live.find(settings.locus)
    chrom, start, end = view
    live.scores(chrom, start, min(end, start + 1))
    folder = Path(track_hubs.__file__).resolve().parent / "page"
    table = {**make_routes(live, title_of(live.names), view, command_of(settings)), **make_igv_routes()}
    files = [folder / name for name in _FILES]
    server = open_server(folder, port, table, folders=[folder], files=files, origins=origins)
    return server, server.url + PAGE, live.notes


def command_of(settings: LiveSettings) -> str:
    """Write the command that starts a live view with these settings, without its port."""
    words = ["ideep-scan", "view", "--live", *(word for name in settings.rbp for word in ("--rbp", name))]
    words += ["--model", settings.model] if settings.model != LiveSettings.model else []
    words.append(os.path.abspath(settings.fasta))
    words += ["--gtf", os.path.abspath(settings.gtf)] if settings.gtf else []
    words += ["--cobinding", os.path.abspath(settings.cobinding)] if settings.cobinding else []
    for name, path in parse_evidence(settings.evidence).items():
        words += ["--evidence", f"{name}={os.path.abspath(path)}"]
    words += ["--modalities", settings.modalities] if settings.modalities != LiveSettings.modalities else []
    return shlex.join(words)


def title_of(names: Sequence[str]) -> str:
    """Make the title of the page."""
    return f"Live: {', '.join(names) if len(names) <= _NAMED else f'{len(names)} models'}"
