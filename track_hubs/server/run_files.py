"""List of files that a server may send for the folder of a run or hub, from the manifests."""

from __future__ import annotations

import os
import xml.etree.ElementTree as xml
from pathlib import Path

from track_hubs.hub_names import RUN_PAGE, VARIANTS_BIGBED, list_data_files, list_pages
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.manifest import HubError, Manifest
from track_hubs.manifest_file import read_manifest

_PAGES = ("index.html", "hub.txt", SESSION, WEB_SESSION, RUN_PAGE)
_HUB_PATTERNS = ("descriptions/*.html", "genome/*.2bit", "genome/*.chrom.sizes", VARIANTS_BIGBED)
_MAX_SESSION = 1 << 26  # bytes
_RUN_LEVELS = 3  # parent folders of a track that may be the folder of the run


def list_run_files(manifest: Manifest) -> set[str]:
    """Return the paths of a run's files, relative to its folder.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    """
    paths = {*_PAGES, "manifest.json"} | list_pages(manifest)
    paths |= list_data_files(manifest) | {track.description for track in manifest.tracks if track.description}
    return {path for path in paths if not path.endswith(".js")}  # scripts are sent from this package only


def list_page_files(folder: Path) -> dict[Path, set[Path]]:
    """Return the files that the page in a folder may load, by folder of the run or hub.

    A hub of several runs has no manifest. Its IGV session leads to the runs, whose manifests list their files.
    Only files that a manifest lists are returned.

    Parameters
    ----------
    folder : Path
        Folder of a finished run or of a hub, with symbolic links resolved.

    Raises
    ------
    HubError
        The run's manifest cannot be read.
    """
    if (folder / "manifest.json").is_file():
        return {folder: {folder / path for path in list_run_files(read_manifest(folder))}}
    hub_files = {folder / name for name in _PAGES}
    hub_files |= {path for pattern in _HUB_PATTERNS for path in folder.glob(pattern)}
    by_folder = {folder: hub_files}
    for track in _outside_tracks(folder):
        if not any(track in files for files in by_folder.values()):
            by_folder |= _run_of(track)
    return by_folder


def _outside_tracks(folder: Path) -> list[Path]:
    """Return the files outside of a hub's folder that its session names. Symbolic links are not followed."""
    session = folder / SESSION
    try:
        if session.stat().st_size > _MAX_SESSION:
            return []
        root = xml.parse(session).getroot()
    except (OSError, ValueError, xml.ParseError):
        return []
    paths = [Path(os.path.normpath(folder / resource.get("path", ""))) for resource in root.iter("Resource")]
    return [path for path in paths if not path.is_relative_to(folder)]


def _run_of(track: Path) -> dict[Path, set[Path]]:
    """Return the files of the run that a track belongs to; empty if no manifest in a parent folder lists the track."""
    for folder in track.parents[:_RUN_LEVELS]:
        try:
            if not (folder / "manifest.json").is_file():
                continue
            files = {folder / path for path in list_run_files(read_manifest(folder))}
        except (HubError, OSError, ValueError):
            return {}
        return {folder: files} if track in files else {}
    return {}
