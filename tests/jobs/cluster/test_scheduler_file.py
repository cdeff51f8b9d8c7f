"""Scheduler files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster.scheduler_file import read_scheduler_file


def test_the_address(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"type": "Scheduler", "address": "tcp://10.0.0.1:8786"}')
    assert read_scheduler_file(path) == "tcp://10.0.0.1:8786"


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", "3"])
def test_another_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    with pytest.raises(InputError, match="is not a scheduler file"):
        read_scheduler_file(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="start the scheduler first"):
        read_scheduler_file(tmp_path / "s.json")
