"""Output folders with a manifest, without a scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from track_hubs.file_records import make_file_record
from track_hubs.manifest import MANIFEST, Assembly, Manifest, Track, to_json

Files = dict[str, bytes]
OLD: Files = {"tracks/A.bw": b"a1", "tracks/B.bw": b"b1", "hits/A.bed.gz": b"h1", "index.html": b"p1"}
NEW: Files = {"tracks/A.bw": b"a2", "hits/C.bed.gz": b"h2", "motifs/C.bb": b"m2", "index.html": b"p2"}


def toy_manifest(files: dict[str, Any]) -> str:
    """Write the manifest of a run with these files."""
    tracks = tuple(
        Track(name, "bigWig", "score", "g", "l", "ll", (1, 2, 3)) for name in sorted(files) if name.startswith("tracks")
    )
    return to_json(Manifest("run", Assembly("hg19", "hg19", None, {"chr1": 9}), tracks, files=files))


def write_run(folder: Path, files: Files) -> None:
    """Write files and the manifest that lists them."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_text(toy_manifest({name: make_file_record(folder / name) for name in files}))


def read_files(folder: Path) -> Files:
    """Return all files below a folder but its lock file, and its empty folders."""
    results = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    results.pop(".lock", None)
    return {
        name: b"link" if path.is_symlink() else path.read_bytes() if path.is_file() else b"folder"
        for name, path in results.items()
        if path.is_symlink() or path.is_file() or not any(path.iterdir())
    }
