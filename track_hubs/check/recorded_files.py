"""Check the files of a run against the sizes and digests in its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from track_hubs.check.findings import Finding
from track_hubs.file_records import make_file_record
from track_hubs.manifest import Manifest

_REMEDY = "run the scan again, or restore the file from a copy"


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
            elif digests and make_file_record(path) != record:
                yield Finding(name, "was changed after the run wrote it: its digest differs from the manifest", _REMEDY)
        except FileNotFoundError:
            yield Finding(name, "is listed in the manifest but is missing", _REMEDY)
        except OSError as error:
            yield Finding(name, f"cannot be read ({error.strerror})", _REMEDY)
