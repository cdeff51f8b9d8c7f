"""Open a finished run in IGV desktop, UCSC or JBrowse 2 instead of its own page."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text_output import text_output
from ideep_scan.jobs.browser_addresses import list_browser_addresses, read_first_view
from ideep_scan.jobs.output_folder.publication import settle
from track_hubs.addresses import parse_base_address
from track_hubs.check.hub_check import HUB
from track_hubs.igv import SESSION
from track_hubs.igv_desktop import PORT, open_session
from track_hubs.jbrowse import render_configuration
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.manifest_file import read_manifest


def open_in_igv(out: Path, port: int | None = None) -> Path:
    """Open the session of a run or hub in the IGV desktop that runs on this machine.

    Parameters
    ----------
    out : Path
        Folder of the run or hub.
    port : int, optional
        Port on which IGV takes commands; by default the one of a fresh IGV.

    Returns
    -------
    Path
        The session.

    Raises
    ------
    InputError
        There is no run, or IGV does not answer.
    """
    session = _require(out, SESSION)
    try:
        open_session(session, PORT if port is None else port)
    except HubError as error:
        raise InputError(str(error)) from error
    return session


def find_ucsc_address(out: Path, url: str) -> str:
    """Return the address that opens a run or hub in the UCSC Genome Browser.

    Parameters
    ----------
    out : Path
        Folder of the run or hub on this machine.
    url : str
        Web address of this folder.

    Raises
    ------
    InputError
        There is no run, `url` is malformed, or UCSC does not host the genome.
    """
    _require(out, HUB)
    try:
        addresses = dict(list_browser_addresses(out, parse_base_address(url)))
    except HubError as error:
        raise InputError(str(error).replace("--url-base", "--ucsc")) from error
    address = addresses["UCSC"]
    if not address.startswith("https:"):
        raise InputError(f"UCSC {address}; both are options of `ideep-scan hub`", out)
    return address


def write_jbrowse_configuration(out: Path, path: Path) -> None:
    """Write a configuration of JBrowse 2 that shows a run, at its strongest site.

    The configuration names the files of the run relative to its own folder, so both move together.

    Parameters
    ----------
    out : Path
        Folder of the run.
    path : Path
        The configuration, a new file.

    Raises
    ------
    InputError
        There is no run, JBrowse cannot find its genome, or the file exists.
    """
    _require(out, MANIFEST)
    if path.exists():
        raise InputError("exists already; remove it, or name another file", path)
    folder = path.resolve().parent
    try:
        find_path = partial(_find_path, out.resolve(), folder)
        text = render_configuration(read_manifest(out), read_first_view(out), find_path)
    except HubError as error:
        raise InputError(str(error)) from error
    with text_output(path, sys.stdout) as stream:
        stream.write(text)


def _find_path(run: Path, folder: Path, name: str) -> str:
    return Path(os.path.relpath(run / name, folder)).as_posix()


def _require(out: Path, name: str) -> Path:
    """Return a file of a run's folder; raise InputError if the folder does not hold it."""
    settle(out.resolve())
    if not out.is_dir():
        raise InputError("no such folder; give the output folder of a finished run", out)
    if not (out / name).is_file():
        raise InputError(f"holds no {name}; give the output folder of a finished run, or make it (ideep-scan hub)", out)
    return out / name
