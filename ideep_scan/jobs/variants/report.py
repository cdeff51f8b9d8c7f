"""Write the page of the strongest variants into a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.jobs.output_folder.report_folder import PAGE, check_report_folder
from ideep_scan.jobs.variants.pictures import PictureMaker
from ideep_scan.jobs.variants.scoring import ScoredRecord, VariantScorer
from ideep_scan.jobs.variants.strongest import StrongestEffects
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.variant_effect import Status
from track_hubs.variant_page.page import GENERATOR, render_variant_page
from track_hubs.variant_page.rows import VariantReport


class DrawingMonitor(Protocol):
    """Observer of a report."""

    def draws(self, pictures: int) -> None:
        """Take note that all records are scored and pictures are drawn."""
        ...

    def advance(self, pictures: int) -> None:
        """Take note that more pictures are drawn."""
        ...


class ReportWriter:
    """Collect the strongest effects of a job, and write their page.

    Parameters
    ----------
    path : Path
        File to write.
    limit : int
        Number of rows.
    scorer : VariantScorer
        Models and inputs of the job.
    pwms : sequence of Pwm
        Known motifs.
    """

    def __init__(self, path: Path, limit: int, scorer: VariantScorer, pwms: Sequence[Pwm]):
        self._path = path
        self._effects = StrongestEffects(limit)
        self._scorer = scorer
        self._pwms = pwms

    def add(self, scored: ScoredRecord) -> None:
        """Add the effects of a record."""
        self._effects.add(scored)

    def write(self, name: str, program: str, statuses: Mapping[Status, int], *, monitor: DrawingMonitor) -> None:
        """Draw the rows and write the page.

        Parameters
        ----------
        name : str
            Name of the VCF.
        program : str
            Program, models and thresholds.
        statuses : mapping of Status to int
            Records by status.
        monitor : DrawingMonitor
            Observer of the progress.
        """
        pictures, effects, rows = PictureMaker(self._scorer, self._pwms), self._effects.ranked(), []
        monitor.draws(len(effects))
        for ranked in effects:
            rows.append(pictures.make(ranked))
            monitor.advance(1)
        counts = ", ".join(f"{count:,} {status.value}" for status, count in statuses.items())
        notes = [
            f"The strongest {len(rows):,} of {self._effects.total:,} effects on binding sites, by the absolute delta. "
            "An effect is that of one allele on one model and strand.",
            f"Records by status: {counts or 'none'}.",
            program,
        ]
        page = render_variant_page(VariantReport(f"Variants of {name}", notes, rows))
        self._path.write_bytes(page.encode(errors="replace"))  # names may hold bytes that are not UTF-8


@contextmanager
def open_report(folder: Path, limit: int, scorer: VariantScorer, pwms: Sequence[Pwm]) -> Iterator[ReportWriter]:
    """Open a report. The page appears when it is complete; a folder that was made for it is removed otherwise.

    Parameters
    ----------
    folder : Path
        Folder of the report.
    limit : int
        Number of rows.
    scorer : VariantScorer
        Models and inputs of the job.
    pwms : sequence of Pwm
        Known motifs.

    Yields
    ------
    ReportWriter
        The report; `write` must be called before the end.

    Raises
    ------
    OutputError
        The folder holds other files, or the page cannot be written.
    """
    check_report_folder(folder, GENERATOR)
    is_new = not folder.exists()
    try:
        with AtomicFile(folder / PAGE) as part:
            part.touch()
            yield ReportWriter(part, limit, scorer, pwms)
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
