"""The manifest of a finished scan; other jobs leave manifests too, without tracks."""

from __future__ import annotations

from pathlib import Path

from track_hubs.manifest import HubError, Manifest
from track_hubs.manifest_file import read_manifest

COMMAND = "command"  # receipt that names the job of a manifest; scans have none


def read_scan_manifest(folder: Path) -> Manifest:
    """Read the manifest of a finished scan.

    Parameters
    ----------
    folder : Path
        Folder of the scan.

    Returns
    -------
    Manifest
        Its manifest.

    Raises
    ------
    HubError
        The manifest is missing or invalid, or that of another job.
    """
    manifest = read_manifest(folder)
    command = manifest.receipts.get(COMMAND)
    if command is not None:
        raise HubError(f"{folder}: holds what `ideep-scan {command}` wrote, not a scan; give the folder of a scan")
    return manifest
