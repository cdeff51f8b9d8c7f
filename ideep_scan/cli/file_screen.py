"""Progress and results of a check of input files, and of a download."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ideep_scan.cli.screen import Bar
from ideep_scan.cli.streams import say

if TYPE_CHECKING:
    from ideep_scan.jobs.check.run import CheckReport
    from ideep_scan.jobs.fetch.run import FetchSummary


class FileScreen(Bar):
    """Monitor of a check of input files (`jobs.check.run.FileMonitor`)."""

    def __init__(self) -> None:
        super().__init__("checking")

    def begins(self, total: int, notes: Sequence[str]) -> None:
        """Start the bar."""
        self._expect(total, notes)

    def summarise(self, report: CheckReport) -> None:
        """Print a line per finding, then a line per file, on standard output."""
        for file in report.files:
            for finding in file.findings:
                say(str(finding))
        for file in report.files:
            say(file.summary)


class FetchScreen(FileScreen):
    """Monitor of a download and of the check of its files (`jobs.fetch.run.FetchMonitor`)."""

    def fetches(self, name: str, done: int, total: int) -> None:
        """Show the bytes of a file."""
        self._progress.update(self._task, description=f"downloading {name}", completed=done, total=total or None)

    def begins(self, total: int, notes: Sequence[str]) -> None:
        """Start the bar again for the check."""
        self._progress.update(self._task, description="checking", completed=0)
        super().begins(total, notes)

    def summarise_fetch(self, summary: FetchSummary) -> None:
        """Print the findings on the files, and how to use them."""
        for note in summary.notes:
            self._print(f"note: {note}")
        self.summarise(summary.report)
        say(
            f"{summary.title}: ideep-scan genome --rbp ELAVL1 {shlex.quote(str(summary.fasta))} "
            f"--gtf {shlex.quote(str(summary.gtf))}"
        )
