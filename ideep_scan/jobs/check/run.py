"""The whole check: detect kinds, open the genome, and check each file alone and against the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from ideep_scan.errors import InputError
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.clip_sites import is_bbi
from ideep_scan.formats.foreign_tables import find_foreign_table
from ideep_scan.jobs.check.annotations import check_annotation
from ideep_scan.jobs.check.calls import check_vcf
from ideep_scan.jobs.check.containers import check_container
from ideep_scan.jobs.check.findings import FileReport, choose_exit_code
from ideep_scan.jobs.check.genomes import (
    AnyContig,
    Reference,
    check_fasta,
    check_sizes,
    check_windows,
    compare_genomes,
)
from ideep_scan.jobs.check.intervals import check_bed
from ideep_scan.jobs.check.kinds import TITLES, detect_kind
from ideep_scan.jobs.check.settings import CheckSettings
from ideep_scan.jobs.check.tracks import check_cobinding, check_track
from ideep_scan.records.transcript import Transcript

VERSION = 1  # of the JSON values


class FileMonitor(Protocol):
    """Observer of a check."""

    def begins(self, total: int, notes: Sequence[str]) -> None:
        """Receive the number of bytes of all files."""
        ...

    def advance(self, done: int) -> None:
        """Receive the number of bytes that were checked since the last call."""
        ...


@dataclass(frozen=True)
class CheckReport:
    """Reports on all files of a check.

    Attributes
    ----------
    files : tuple of FileReport
        A report per file, in the order in which they were named.
    """

    files: tuple[FileReport, ...]

    @property
    def exit_code(self) -> int:
        """0 without warnings, 1 with warnings that change results, 2 if a file is unusable."""
        return choose_exit_code(self.files)

    def describe(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "version": VERSION,
            "exit_code": self.exit_code,
            "files": [report.describe() for report in self.files],
        }


def run(settings: CheckSettings, monitor: FileMonitor) -> CheckReport:
    """Check files alone and against each other.

    Parameters
    ----------
    settings : CheckSettings
        The files.
    monitor : FileMonitor
        Receives the progress.

    Returns
    -------
    CheckReport
        A report per file.

    Raises
    ------
    InputError
        No file is named, or one is named twice.
    """
    settings.check()
    reports = [FileReport(path) for _, path in settings.targets()]
    kinds = [kind for kind, _ in settings.targets()]
    monitor.begins(sum(map(_size, reports)), ())
    files = [
        (kind, report)
        for named, report in zip(kinds, reports, strict=True)
        if (kind := _recognise(report, named)) is not None
    ]
    with ExitStack() as stack:
        _Check(stack, monitor).check(files)
    for report in reports:
        report.sort()
    return CheckReport(tuple(reports))


class _Check:
    """Checks of all files: genomes first, then annotations, then what lies on them."""

    def __init__(self, stack: ExitStack, monitor: FileMonitor):
        self._stack = stack
        self._monitor = monitor
        self._genome: Reference | None = None
        self._transcripts: tuple[Transcript, ...] = ()
        self._regions: RegionMap | None = None

    def check(self, files: Sequence[tuple[str, FileReport]]) -> None:
        """Check the files in the order of their kinds."""
        steps: dict[str, Callable[[FileReport], None]] = {
            "fasta": self._check_fasta,
            "sizes": self._check_sizes,
            "windows": check_windows,
            "annotation": self._check_annotation,
            "bed": lambda report: check_bed(report, self._reference(), self._regions, self._transcripts),
            "vcf": lambda report: check_vcf(report, self._reference()),
            "cobinding": lambda report: check_cobinding(report, self._reference(), self._regions),
            "track": lambda report: check_track(report, self._reference(), self._regions),
        }
        for kind, step in steps.items():
            for name, report in files:
                if name == kind:
                    step(report)
                    self._monitor.advance(0 if kind == "fasta" else _size(report))

    def _reference(self) -> Reference:
        """Return the genome. Without one, return a reference that accepts every contig."""
        return self._genome or Reference(AnyContig(transcript.chrom for transcript in self._transcripts))

    def _check_fasta(self, report: FileReport) -> None:
        size = _size(report)
        genome = check_fasta(report, self._stack, lambda share: self._monitor.advance(round(share * size)))
        if genome is not None and self._genome is not None:
            report.add("second-genome", f"is not compared with other files, as {self._genome.name} is")
            compare_genomes(report, genome, self._genome)
        self._genome = self._genome or genome

    def _check_sizes(self, report: FileReport) -> None:
        genome = check_sizes(report, self._genome)
        self._genome = self._genome or genome

    def _check_annotation(self, report: FileReport) -> None:
        annotation = check_annotation(report, self._reference())
        if annotation is not None and self._regions is None:
            self._transcripts = annotation.transcripts
            self._regions = RegionMap(annotation.transcripts)


def _recognise(report: FileReport, named: str | None) -> str | None:
    """Check the container of a file and detect its kind; None if no reader can use it."""
    try:
        if not check_container(report):
            return None
        kind = named or _detect(report)
    except InputError as error:
        report.add_error(error)
        return None
    if kind is None:
        if "foreign-table" in report.codes:
            return None
        report.add("unknown-kind", "is of no kind that is known")
        return None
    report.kind = TITLES[kind]
    return kind


def _detect(report: FileReport) -> str | None:
    """Detect the kind of a file; report a table that no command reads."""
    if not is_bbi(report.path) and (text := find_foreign_table(report.path)) is not None:
        report.add("foreign-table", text)
        return None
    return detect_kind(report.path)


def _size(report: FileReport) -> int:
    """Return the size of a file in bytes; 0 if it cannot be looked up."""
    try:
        return report.path.stat().st_size
    except (OSError, ValueError):
        return 0
