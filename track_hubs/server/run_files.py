"""List the files that a server may send for a run's folder: those that its manifest names, and those beside them."""

from __future__ import annotations

import os
import xml.etree.ElementTree as xml
from pathlib import Path

from track_hubs.hub_names import RUN_PAGE, chrom_sizes_of, page_of, track_names
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.manifest import HubError, Manifest
from track_hubs.render import read_manifest

_OWN = ("index.html", "hub.txt", SESSION, WEB_SESSION, RUN_PAGE)
_OF_HUBS = ("descriptions/*.html", "genome/*.2bit", "genome/*.chrom.sizes")
_MOST_SESSION = 1 << 26  # bytes of a session that is read
_RUN_LEVELS = 3  # folders above a track, among which is the run's


def run_files(manifest: Manifest) -> set[str]:
    """Paths of a run's files, relative to its folder.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    """
    paths = {*_OWN, "manifest.json", *map(page_of, track_names(manifest).values())}
    for track in manifest.tracks:
        paths |= {track.path, *([track.description] if track.description else [])}
        paths |= {f"{track.path}.tbi"} if track.kind == "bed" else set()
    assembly = manifest.assembly
    if assembly.fasta:
        paths |= {assembly.fasta, f"{assembly.fasta}.fai", f"{assembly.fasta}.gzi"}
    if assembly.genes:
        paths |= {assembly.genes, f"{assembly.genes}.tbi"}
    if assembly.two_bit:
        paths |= {assembly.two_bit, chrom_sizes_of(assembly.two_bit)}
    return {path for path in paths if not path.endswith(".js")}  # scripts come from this program alone


def files_for(folder: Path) -> dict[Path, set[Path]]:
    """Files that the page in a folder may load, by the folder of the run or hub that holds them.

    A hub of several runs has no manifest: it leads to the folders of its runs, and the manifest of each names its
    files. A file that no manifest names is not in the result.

    Parameters
    ----------
    folder : Path
        Folder of a finished run or of a hub, without symbolic links.

    Raises
    ------
    HubError
        The run's manifest cannot be read.
    """
    if (folder / "manifest.json").is_file():
        return {folder: {folder / path for path in run_files(read_manifest(folder))}}
    own = {folder / name for name in _OWN}
    own |= {path for pattern in _OF_HUBS for path in folder.glob(pattern)}
    found = {folder: own}
    for track in _tracks_elsewhere(folder):
        if not any(track in files for files in found.values()):
            found |= _run_of(track)
    return found


def _tracks_elsewhere(folder: Path) -> list[Path]:
    """Files outside of a hub's folder that its session names; symbolic links are not followed."""
    session = folder / SESSION
    try:
        if session.stat().st_size > _MOST_SESSION:
            return []
        root = xml.parse(session).getroot()
    except (OSError, ValueError, xml.ParseError):
        return []
    paths = [Path(os.path.normpath(folder / each.get("path", ""))) for each in root.iter("Resource")]
    return [path for path in paths if not path.is_relative_to(folder)]


def _run_of(track: Path) -> dict[Path, set[Path]]:
    """Files of the run that a track belongs to; none if no manifest above the track names it."""
    for folder in track.parents[:_RUN_LEVELS]:
        try:
            if not (folder / "manifest.json").is_file():
                continue
            files = {folder / path for path in run_files(read_manifest(folder))}
        except (HubError, OSError, ValueError):
            return {}
        return {folder: files} if track in files else {}
    return {}
