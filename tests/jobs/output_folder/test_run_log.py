"""The log of a run: what it says, and that every text of a command line fits in."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.jobs.output_folder.run_log import RUN_LOG, RunLog, read_input_places
from ideep_scan.version import __version__


def test_the_log_says_who_where_and_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["ideep-scan", "genome", os.fsdecode(b"ge\xffnome.fa"), 'a "b"\n']
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.chdir(tmp_path)
    log = RunLog()
    log.add(threads=3, inputs={"fasta": {"path": "/a"}})
    log.write(tmp_path)
    facts = json.loads((tmp_path / RUN_LOG).read_text(encoding="utf-8"))
    assert facts["program"] == f"ideep-scan {__version__}"
    assert (facts["command"], facts["folder"]) == (command, str(tmp_path))
    assert abs(datetime.fromisoformat(facts["started"]) - datetime.now(timezone.utc)) < timedelta(hours=1)
    assert facts["seconds"] >= 0
    assert facts["host"]
    assert facts["processor"]
    assert (facts["threads"], facts["inputs"]) == (3, {"fasta": {"path": "/a"}})


def test_the_duration_ignores_a_clock_that_is_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = RunLog()
    monkeypatch.setattr("time.time", lambda: 0.0)
    log.write(tmp_path)
    assert 0 <= json.loads((tmp_path / RUN_LOG).read_text())["seconds"] < 600


def test_a_folder_that_is_gone_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        RunLog().write(tmp_path / "file")


@pytest.mark.parametrize(
    "content", [None, "", "[]", "{}", '{"inputs": 5}', '{"inputs": {"fasta": 5}}', '{"inputs": {"a": {}}}']
)
def test_a_log_that_tells_no_places_has_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / RUN_LOG).write_text(content)
    assert read_input_places(tmp_path) == {}


def test_places_of_inputs_are_read_back(tmp_path: Path) -> None:
    log = RunLog()
    log.add(inputs={"fasta": {"path": "/data/a.fa", "inode": 5}})
    log.write(tmp_path)
    assert read_input_places(tmp_path) == {"fasta": Path("/data/a.fa")}
