"""Check of files from Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import ideep_scan
from ideep_scan.errors import InputError


def test_a_report_has_codes_and_an_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_text("c\t5\t9\tx\t0\t+\nc\t5\t9\tx\t0\t+\n")
    report = ideep_scan.check_files(tmp_path / "a.bed")
    assert isinstance(report, ideep_scan.CheckReport)
    assert (report.exit_code, report.files[0].codes[0]) == (1, "duplicates")
    with pytest.raises(InputError, match="no file is named"):
        ideep_scan.check_files()
