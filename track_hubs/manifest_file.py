"""The file of a run's manifest: read it, and check that what it names is inside of the run's folder."""

from __future__ import annotations

from pathlib import Path

from track_hubs.manifest import MANIFEST, HubError, Manifest, from_json, list_paths

_MAX_MANIFEST = 1 << 28  # bytes


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run's folder and check that its files are inside the folder.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Raises
    ------
    HubError
        The manifest is missing or invalid, or names a symbolic link that leads out of the folder.
    """
    manifest = load_manifest(folder / MANIFEST)
    root = folder.resolve()
    for name in list_paths(manifest):
        if not (root / name).resolve().is_relative_to(root):
            raise HubError(f"{folder / name}: is a symbolic link out of the run's folder; replace it by the file")
    return manifest


def load_manifest(path: Path) -> Manifest:
    """Read a manifest without checking its files.

    Parameters
    ----------
    path : Path
        The file `manifest.json`.

    Raises
    ------
    HubError
        The manifest is missing or invalid.
    """
    try:
        if path.exists() and not path.is_file():
            raise HubError(f"{path}: is not a file")
        if path.stat().st_size > _MAX_MANIFEST:
            raise HubError(
                f"{path}: is larger than {_MAX_MANIFEST:,} bytes; is this the output folder of a finished run?"
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise HubError(f"{path.parent}: no {path.name}; is this the output folder of a finished run?") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error})") from error
    try:
        return from_json(text)
    except HubError as error:
        raise HubError(f"{path.parent}/{error}") from error
