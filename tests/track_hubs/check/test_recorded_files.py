"""Files of a run against the sizes and digests in its manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from track_hubs.check.hub_check import check
from track_hubs.hub_builder import build_hub
from track_hubs.manifest_file import read_manifest


def find(run: Path, digests: bool = True) -> list[str]:
    """List the findings, with the contigs of the run as those of the assembly."""
    sizes = run.parent / "sizes"
    sizes.write_text("chrA 12000\nchrB 4000\n")
    return [str(finding) for finding in check(run, sizes, hubcheck=False, digests=digests).findings]


@pytest.fixture
def listed(run: Path) -> Path:
    """A run whose manifest lists all its files."""
    build_hub([run])
    assert set(read_manifest(run).files) >= {"hub.txt", "tracks/ELAVL1.plus.bw", "hits/ELAVL1.bed.gz.tbi"}
    assert find(run) == []
    return run


@pytest.mark.parametrize("name", ["tracks/ELAVL1.plus.bw", "hits/ELAVL1.bed.gz.tbi", "index.html", "hits/ELAVL1.bb"])
def test_a_file_that_is_cut_changed_or_gone_is_found(name: str, listed: Path) -> None:
    path = listed / name
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    findings = find(listed)
    assert any(line.startswith(f"{name}: was changed after the run wrote it") for line in findings), findings
    assert not any("was changed" in line for line in find(listed, digests=False))
    path.write_bytes(data[:-1])
    findings = find(listed, digests=False)
    assert any(line.startswith(f"{name}: has {len(data) - 1:,} bytes, but ") for line in findings), findings
    path.unlink()
    findings = find(listed)
    assert any(line.startswith(f"{name}: is listed in the manifest but is missing") for line in findings), findings


def test_building_a_hub_again_does_not_bless_a_changed_file(listed: Path) -> None:
    path = listed / "tracks" / "ELAVL1.plus.bw"
    path.write_bytes(path.read_bytes() + b"more")
    build_hub([listed])
    assert any(line.startswith("tracks/ELAVL1.plus.bw: has") for line in find(listed))


def test_a_run_without_records_has_no_findings(run: Path) -> None:
    build_hub([run])
    data = {**json.loads((run / "manifest.json").read_text()), "version": 2}
    del data["files"]
    (run / "manifest.json").write_text(json.dumps(data))
    assert find(run) == []
