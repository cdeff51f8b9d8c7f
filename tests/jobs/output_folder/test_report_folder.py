"""Folders that may take a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.jobs.output_folder.report_folder import check_report_folder
from track_hubs.training_page.page import GENERATOR
from track_hubs.variant_page.page import GENERATOR as OTHER


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    check_report_folder(tmp_path, GENERATOR)
    check_report_folder(tmp_path / "missing", GENERATOR)
    (tmp_path / ".hidden").touch()
    check_report_folder(tmp_path, GENERATOR)
    page = tmp_path / "index.html"
    page.write_text(f"<head>{GENERATOR}</head>")
    check_report_folder(tmp_path, GENERATOR)
    page.write_text(f"<head>{OTHER}</head>")
    with pytest.raises(OutputError, match="holds other files, and no earlier report"):
        check_report_folder(tmp_path, GENERATOR)
    with pytest.raises(OutputError, match="is a file"):
        check_report_folder(page, GENERATOR)
