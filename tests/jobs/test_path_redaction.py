"""Receipts hold names of files, never their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.jobs.path_redaction import redact_lines, redact_settings


def test_files_lose_their_folders_and_other_values_stay() -> None:
    given = {
        "fasta": Path("/home/ann/private/hg19.fa"),
        "rbp": ("ELAVL1", "../mine/MY.safetensors"),
        "regions": ["chr1:1-20", "/home/ann/roi.bed"],
        "gtf": None,
        "stride": 1,
        "threshold": 0.5,
        "out": Path("/home/ann/out"),
        "overwrite": False,
        "email": "ann@lab.edu",
    }
    assert redact_settings(given) == {
        "fasta": "hg19.fa",
        "rbp": ["ELAVL1", "MY.safetensors"],
        "regions": ["chr1:1-20", "roi.bed"],
        "gtf": None,
        "stride": 1,
        "threshold": 0.5,
    }


def test_notes_lose_the_folders_of_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "data").mkdir()
    notes = (f"{tmp_path}/data/a.fa: x", "data/a.fa: y", f"see {tmp_path}/home/.cache/b, 3/4", "plain")
    assert redact_lines(notes, {"fasta": Path("data/a.fa")}) == ["a.fa: x", "a.fa: y", "see .cache/b, 3/4", "plain"]
