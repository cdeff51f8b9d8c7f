"""Progress and figures of a training on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ideep_scan.cli.screen import Bar
from ideep_scan.cli.streams import say

if TYPE_CHECKING:
    from ideep_scan.jobs.train.run import TrainSummary
    from ideep_scan.train.own_fit import Epoch


class TrainScreen(Bar):
    """Monitor of a training (`jobs.train.model.TrainMonitor`)."""

    def __init__(self) -> None:
        super().__init__("reading inputs")

    def begins(self, windows: int, notes: Sequence[str]) -> None:
        """Print the notes."""
        self._expect(windows, notes)

    def starts(self, stage: str, total: int | None) -> None:
        """Start the bar again for a stage."""
        self._progress.update(self._task, description=stage, total=total, completed=0)

    def learned(self, epoch: Epoch) -> None:
        """Print the figures of an epoch."""
        self._print(
            f"epoch {epoch.number}: loss {epoch.loss:.4f}, AUC {epoch.train_auc:.3f} on training windows, "
            f"{epoch.validation_auc:.3f} on validation windows (auPRC {epoch.validation_auprc:.3f})"
        )

    def summarise(self, summary: TrainSummary) -> None:
        """Print the figures on standard output, and the files."""
        for note in summary.notes:
            self._print(f"note: {note}")
        model = summary.outcome.model
        figure = model.card.get("held-out windows", {}).get("AUC")
        counts = model.card["counts"]
        accuracy = "no test windows of both classes"
        if figure is not None:
            accuracy = (
                f"AUC {figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f}) on "
                f"{counts['test windows']:,} held-out windows with {counts['test sites']:,} sites"
            )
        say(f"{model.name}: {counts['sites']:,} sites, epoch {summary.outcome.best_epoch} is best; {accuracy}")
        self._print(f"{summary.out}: use it with --rbp {summary.out}; {summary.report}: report")
