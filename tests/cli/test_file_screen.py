"""What a download shows: its command at the end, and nothing else where there is no terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.cli.file_screen import FetchScreen
from ideep_scan.jobs.check.run import CheckReport
from ideep_scan.jobs.fetch.run import FetchSummary


def test_the_command_that_scans_the_files_comes_last(capfd: pytest.CaptureFixture[str]) -> None:
    with FetchScreen() as screen:
        screen.fetches("a.fa.gz", 5, 10)
        screen.begins(7, [])
        screen.advance(7)
    screen.summarise_fetch(FetchSummary(Path("my dir/a.fa.gz"), Path("b.gtf.gz"), "toy", ("a note",), CheckReport(())))
    said = capfd.readouterr()
    assert said.out == "toy: ideep-scan genome --rbp ELAVL1 'my dir/a.fa.gz' --gtf b.gtf.gz\n"
    assert said.err == "note: a note\n"
