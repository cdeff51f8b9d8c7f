"""Names, sizes and digests of the files that a manifest lists."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from track_hubs.check.hub_check import check
from track_hubs.file_records import file_names, file_record
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import HubError, from_json, to_json
from track_hubs.render import read_manifest


def test_a_record_is_size_and_digest(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "file").write_bytes(data)
    record = file_record(tmp_path / "file")
    assert record.size == len(data)
    assert record.digest == "blake2b:" + hashlib.blake2b(data, digest_size=32).hexdigest()


def found_in(run: Path, digests: bool = True) -> list[str]:
    """Findings, with the contigs of the run as those of the assembly."""
    sizes = run.parent / "sizes"
    sizes.write_text("chrA 12000\nchrB 4000\n")
    return [str(finding) for finding in check(run, sizes, hubcheck=False, digests=digests).findings]


@pytest.fixture
def listed(run: Path) -> Path:
    """A run whose manifest lists all its files."""
    build_hub([run])
    assert set(read_manifest(run).files) >= {"hub.txt", "tracks/ELAVL1.plus.bw", "hits/ELAVL1.bed.gz.tbi"}
    assert found_in(run) == []
    return run


@pytest.mark.parametrize("name", ["tracks/ELAVL1.plus.bw", "hits/ELAVL1.bed.gz.tbi", "index.html", "hits/ELAVL1.bb"])
def test_a_file_that_is_cut_changed_or_gone_is_found(name: str, listed: Path) -> None:
    path = listed / name
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = found_in(listed)
    assert any(line.startswith(f"{name}: was changed after the run wrote it") for line in found), found
    assert not any("was changed" in line for line in found_in(listed, digests=False))
    path.write_bytes(data[:-1])
    found = found_in(listed, digests=False)
    assert any(line.startswith(f"{name}: has {len(data) - 1:,} bytes, but ") for line in found), found
    path.unlink()
    found = found_in(listed)
    assert any(line.startswith(f"{name}: is listed in the manifest but is missing") for line in found), found


def test_building_a_hub_again_does_not_bless_a_changed_file(listed: Path) -> None:
    path = listed / "tracks" / "ELAVL1.plus.bw"
    path.write_bytes(path.read_bytes() + b"more")
    build_hub([listed])
    assert any(line.startswith("tracks/ELAVL1.plus.bw: has") for line in found_in(listed))


def test_a_run_without_records_is_checked_as_before(run: Path) -> None:
    build_hub([run])
    data = {**json.loads((run / "manifest.json").read_text()), "version": 2}
    del data["files"]
    (run / "manifest.json").write_text(json.dumps(data))
    assert found_in(run) == []
    names = file_names(read_manifest(run))
    assert names >= {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()} - {"manifest.json"}


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../b", ""])
def test_a_record_cannot_name_a_file_outside(path: str, listed: Path) -> None:
    data = json.loads(to_json(read_manifest(listed)))
    data["files"][path] = {"size": 1, "digest": "blake2b:00"}
    with pytest.raises(HubError):
        from_json(json.dumps(data))
