"""Command `fetch`: what it refuses before it connects."""

from __future__ import annotations

from pathlib import Path

from runs import Command


def test_an_unknown_assembly_is_one_line(command: Command, tmp_path: Path) -> None:
    said = command("fetch", "hg99", "--dir", tmp_path / "out")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "known are hg19, hg38" in said.err
    assert not (tmp_path / "out").exists()
