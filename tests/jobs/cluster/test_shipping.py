"""Files that are sent to a worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from toy_cluster import ToyClient, ToyWorker

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster import shipping
from ideep_scan.jobs.cluster.shipping import check_size, send_files


def test_files_arrive_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "_PART", 3)
    paths = [str(tmp_path / name) for name in ("g.fa", "g.fa.fai", "empty")]
    for path, content in zip(paths, (b"ACGTACGT", b"abc", b""), strict=True):
        Path(path).write_bytes(content)
    worker = ToyWorker(tmp_path)
    moved = send_files(ToyClient(a=worker), "a", paths)  # type: ignore[arg-type]
    assert list(moved) == paths
    assert {os.path.basename(name): content for name, content in worker.received.items()} == {
        "g.fa": b"ACGTACGT",
        "g.fa.fai": b"abc",
        "empty": b"",
    }
    assert moved[paths[1]] == f"{moved[paths[0]]}.fai"


def test_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    paths = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.bed").write_text(folder)
        paths.append(str(tmp_path / folder / "x.bed"))
    worker = ToyWorker(tmp_path)
    assert len(set(send_files(ToyClient(a=worker), "a", paths).values())) == 2  # type: ignore[arg-type]
    assert sorted(worker.received.values()) == [b"a", b"b"]


def test_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.fa"
    path.write_bytes(b"ACGT")
    assert check_size([str(path)]) == 4
    monkeypatch.setattr(shipping, "LIMIT", 3)
    with pytest.raises(InputError, match="put the inputs on storage that all workers see"):
        check_size([str(path)])
