"""Observer of jobs that shows nothing: functions of the API return when a job is done."""

from __future__ import annotations

from collections.abc import Sequence


class SilentMonitor:
    """Observer that ignores what a job reports. It fits every job."""

    def begins(self, total: object, notes: Sequence[str]) -> None:
        """Ignore the amount of work and the notes."""

    def advance(self, count: int) -> None:
        """Ignore the progress."""

    def draws(self, pictures: int) -> None:
        """Ignore the pictures."""

    def reports(self, state: str) -> None:
        """Ignore the state of a cluster."""

    def closing(self, done: int, models: int) -> None:
        """Ignore the files."""

    def checks(self, part: str, positions: int) -> None:
        """Ignore the parts of a verification."""

    def starts(self, stage: str, total: int | None) -> None:
        """Ignore the stages of a training."""

    def learned(self, epoch: object) -> None:
        """Ignore the epochs."""
