"""Names, sizes and digests of the files of a run, as its manifest lists them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from track_hubs.check.findings import Finding
from track_hubs.digest import digest_stream
from track_hubs.hub_names import RUN_PAGE, data_files, page_of, track_names
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.manifest import FileRecord, Manifest

_REMEDY = "run the scan again, or restore the file from a copy"


def file_record(path: Path) -> FileRecord:
    """Read a file and return its size and digest (BLAKE2b, 256 bits)."""
    with path.open("rb") as file:
        digest = digest_stream(file)
        return FileRecord(file.tell(), digest)


def file_names(manifest: Manifest) -> set[str]:
    """Return the relative names of all files of a run except the manifest.

    Manifests before version 3 do not list files. Their names then follow from tracks, assembly and pages.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    """
    names = {*manifest.files, "hub.txt", "index.html", SESSION, WEB_SESSION, RUN_PAGE}
    pages = {page_of(name) for name in track_names(manifest).values()}
    return names | pages | data_files(manifest)


def check_records(folder: Path, manifest: Manifest, digests: bool = True) -> Iterator[Finding]:
    """Compare the files of a run with its manifest.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    manifest : Manifest
        Its manifest.
    digests : bool
        Whether to compare digests as well as sizes.

    Yields
    ------
    Finding
        A file that is missing, unreadable or changed.
    """
    for name, record in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != record.size:
                yield Finding(name, f"has {size:,} bytes, but {record.size:,} in the manifest", _REMEDY)
            elif digests and file_record(path) != record:
                yield Finding(name, "was changed after the run wrote it: its digest differs from the manifest", _REMEDY)
        except FileNotFoundError:
            yield Finding(name, "is listed in the manifest but is missing", _REMEDY)
        except OSError as error:
            yield Finding(name, f"cannot be read ({error.strerror})", _REMEDY)
