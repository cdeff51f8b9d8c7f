"""The file of a manifest is read, or named with what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from track_hubs.manifest import Assembly, HubError, Manifest, Track, to_json
from track_hubs.manifest_file import load_manifest, read_manifest

TRACK = Track("a.bw", "bigWig", "score", "group", "label", "long label", (1, 2, 3), "+", count=5)
TEXT = to_json(Manifest("title", Assembly("hg19", "human", None, {"chr1": 100}), (TRACK,), {"tool": "x"}))


def test_a_file_that_a_link_puts_elsewhere_is_refused(tmp_path: Path) -> None:
    run, other = tmp_path / "run", tmp_path / "other"
    for folder in (run, other):
        folder.mkdir()
        (folder / "a.bw").touch()
    (run / "manifest.json").write_text(TEXT)
    assert read_manifest(run).tracks[0].path == "a.bw"
    (tmp_path / "link").symlink_to(run)
    assert read_manifest(tmp_path / "link").tracks[0].path == "a.bw"
    (run / "a.bw").unlink()
    (run / "a.bw").symlink_to(other / "a.bw")
    with pytest.raises(HubError, match=r"run/a\.bw: is a symbolic link out of the run's folder"):
        read_manifest(run)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[" * 10**6, b"null"])
def test_an_unreadable_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(HubError, match=f"{tmp_path}/manifest.json") as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)


def test_what_is_not_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"no manifest\.json; is this the output folder of a finished run"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(HubError, match="is not a file"):
        load_manifest(tmp_path / "manifest.json")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    with path.open("wb") as file:
        file.truncate((1 << 28) + 1)
    with pytest.raises(HubError, match="is larger than 268,435,456 bytes"):
        load_manifest(path)
