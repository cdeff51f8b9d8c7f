"""Check sites of CLIP experiments: bigWig and bigBed files, and the table of --cobinding."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.clip_sites import IntervalSites, read_cobinding_table, read_sites
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import Reference


def check_track(report: FileReport, reference: Reference) -> None:
    """Check a bigWig or bigBed of sites.

    Parameters
    ----------
    report : FileReport
        Receives the findings.
    reference : Reference
        Genome to place the sites on.
    """
    try:
        _add_notes(report, read_sites(report.path, reference.resolver), "")
    except InputError as error:
        report.add_error(error)


def check_cobinding(report: FileReport, reference: Reference, experiments: Iterable[str] = ()) -> None:
    """Check the table of --cobinding, and the file of each experiment.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    reference : Reference
        Genome to place the sites on.
    experiments : iterable of str
        Names that models know; empty for those of the published experiments.
    """
    names = tuple(experiments) or tuple(item.experiment for item in read_experiments())
    try:
        tracks = read_cobinding_table(report.path, names)
    except InputError as error:
        report.add_error(error)
        return
    report.facts["experiments"] = len(tracks)
    for name, path in tracks.items():
        _check_experiment(report, name, path, reference=reference)


def _check_experiment(report: FileReport, name: str, path: Path, *, reference: Reference) -> None:
    """Check the sites of one experiment."""
    try:
        _add_notes(report, read_sites(path, reference.resolver), f"{name}: ")
    except InputError as error:
        report.add_error(error)


def _add_notes(report: FileReport, sites: IntervalSites, prefix: str) -> None:
    """Add the sites that the reader leaves out."""
    for note in sites.notes:
        report.add("left-out" if "past the end" in note else "other-contigs", prefix + note)
