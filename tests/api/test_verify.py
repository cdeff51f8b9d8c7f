"""Verification of a run from Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import ideep_scan
from ideep_scan.errors import InputError


def test_a_finished_run_agrees_and_a_changed_one_differs(finished: Path, tmp_path: Path) -> None:
    example = ideep_scan.find_example()
    values = {"positions": 20, "inputs": [example.fasta.parent], "files": True, "threads": 1}
    summary = ideep_scan.verify_run(finished, **values)
    assert isinstance(summary, ideep_scan.VerifySummary)
    assert (summary.count, summary.positions, summary.digests) == (0, 20, True)
    copy = Path(shutil.copytree(finished, tmp_path / "copy"))
    (copy / "hub.txt").write_text("changed\n")
    summary = ideep_scan.verify_run(copy, **values)
    assert summary.count == 1
    assert summary.differences[0].startswith("hub.txt: ")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="finished run"):
        ideep_scan.verify_run(tmp_path)
