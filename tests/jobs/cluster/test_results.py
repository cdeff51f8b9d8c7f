"""Results of workers in the folder of shards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from toy_cluster import PLAN, ToyWorker, list_toy_shards

from ideep_scan.jobs.cluster import results
from ideep_scan.jobs.cluster.messages import Report
from ideep_scan.jobs.cluster.results import take_result
from ideep_scan.jobs.scan.shard_folder import ShardFolder

SHARD = list_toy_shards()[3]


@pytest.fixture
def folder(tmp_path: Path) -> ShardFolder:
    folder = ShardFolder(tmp_path / "out")
    folder.open(PLAN)
    return folder


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """A shard with its bytes, as a worker sends it."""
    worker = ToyWorker(tmp_path / "worker", shares=False)
    worker.folder.open(PLAN)
    return worker.score_shard(PLAN.digest, SHARD)


def nothing() -> Report:
    return Report()


def test_bytes_are_stored_with_their_receipt(folder: ShardFolder, report: Report) -> None:
    assert take_result(folder, SHARD, report, nothing) == ""
    assert folder.is_finished(SHARD)
    assert folder.read_receipt(SHARD) == report.receipt


def test_a_file_that_never_appears(folder: ShardFolder, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "SHOW_SECONDS", 0.01)
    monkeypatch.setattr(results, "_POLL_SECONDS", 0.001)
    hidden = replace(report, content=None)
    assert take_result(folder, SHARD, hidden, nothing) == "its file does not appear in the folder of shards"
    assert take_result(folder, SHARD, hidden, lambda: report) == ""


def test_a_receipt_of_another_shard(folder: ShardFolder, report: Report) -> None:
    other = list_toy_shards()[4]
    assert take_result(folder, other, report, nothing) == "its scores do not agree with their receipt"
    assert not folder.is_finished(other)
