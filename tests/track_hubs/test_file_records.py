"""Names, sizes and digests of the files that a manifest lists."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from track_hubs.file_records import list_file_names, make_file_record
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import HubError, from_json, to_json
from track_hubs.manifest_file import read_manifest


def test_a_record_is_size_and_digest(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "file").write_bytes(data)
    record = make_file_record(tmp_path / "file")
    assert record.size == len(data)
    assert record.digest == "blake2b:" + hashlib.blake2b(data, digest_size=32).hexdigest()


def test_a_manifest_without_records_implies_the_files(run: Path) -> None:
    build_hub([run])
    data = {**json.loads((run / "manifest.json").read_text()), "version": 2}
    del data["files"]
    (run / "manifest.json").write_text(json.dumps(data))
    names = list_file_names(read_manifest(run))
    assert names >= {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()} - {"manifest.json"}


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../b", ""])
def test_a_record_cannot_name_a_file_outside(path: str, run: Path) -> None:
    build_hub([run])
    data = json.loads(to_json(read_manifest(run)))
    data["files"][path] = {"size": 1, "digest": "blake2b:00"}
    with pytest.raises(HubError):
        from_json(json.dumps(data))
