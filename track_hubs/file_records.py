"""Names, sizes and digests of the files of a run, as its manifest lists them."""

from __future__ import annotations

from pathlib import Path

from track_hubs.digest import digest_stream
from track_hubs.hub_names import list_data_files, list_pages
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
    names = {*manifest.files, "hub.txt", "index.html", SESSION, WEB_SESSION}
    return names | list_pages(manifest) | list_data_files(manifest)
