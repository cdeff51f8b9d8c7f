"""Manifests of scans, and of other jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.jobs.scan_manifest import read_scan_manifest
from track_hubs.manifest import Assembly, HubError, Manifest, to_json


def _write(folder: Path, **receipts: str) -> Manifest:
    manifest = Manifest("title", Assembly("", "", None, {}), (), receipts)
    (folder / "manifest.json").write_text(to_json(manifest))
    return manifest


def test_reads_the_manifest_of_a_scan(tmp_path: Path) -> None:
    assert _write(tmp_path, tool="ideep-scan") == read_scan_manifest(tmp_path)


def test_refuses_what_another_job_left(tmp_path: Path) -> None:
    _write(tmp_path, command="motifs")
    with pytest.raises(HubError, match=r"holds what `ideep-scan motifs` wrote, not a scan; give the folder of a scan"):
        read_scan_manifest(tmp_path)
