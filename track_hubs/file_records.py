"""Names, sizes and digests of the files of a run, as its manifest lists them."""

from __future__ import annotations

from pathlib import Path

from track_hubs.digest import digest_stream
from track_hubs.hub_names import RUN_PAGE, list_data_files, make_track_names, name_page
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.manifest import FileRecord, Manifest


def make_file_record(path: Path) -> FileRecord:
    """Read a file and return its size and digest (BLAKE2b, 256 bits)."""
    with path.open("rb") as file:
        digest = digest_stream(file)
        return FileRecord(file.tell(), digest)


def list_file_names(manifest: Manifest) -> set[str]:
    """Return the relative names of all files of a run except the manifest.

    Manifests before version 3 do not list files. Their names then follow from tracks, assembly and pages.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    """
    names = {*manifest.files, "hub.txt", "index.html", SESSION, WEB_SESSION, RUN_PAGE}
    pages = {name_page(name) for name in make_track_names(manifest).values()}
    return names | pages | list_data_files(manifest)
