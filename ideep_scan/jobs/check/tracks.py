"""Check sites of CLIP experiments: bigWig and bigBed files, and the table of --cobinding."""

from __future__ import annotations

from ideep_scan.errors import InputError
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.clip_sites import IntervalSites, read_cobinding_table, read_sites
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import Reference
from ideep_scan.jobs.strand_shares import compare_strands


def check_track(report: FileReport, reference: Reference, regions: RegionMap | None) -> None:
    """Check a bigWig or bigBed of sites.

    Parameters
    ----------
    report : FileReport
        Receives the findings.
    reference : Reference
        Genome to place the sites on.
    regions : RegionMap or None
        Transcripts; None without an annotation.
    """
    try:
        sites = read_sites(report.path, reference.resolver)
        _add_notes(report, sites, "")
        _compare(report, sites, regions, "")
    except InputError as error:
        report.add_error(error)


def check_cobinding(report: FileReport, reference: Reference, regions: RegionMap | None) -> None:
    """Check the table of --cobinding, and the file of each experiment.

    A table without a published experiment is for a model of the user, which knows any names.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    reference : Reference
        Genome to place the sites on.
    regions : RegionMap or None
        Transcripts; None without an annotation.
    """
    published = {item.experiment for item in read_experiments()}
    try:
        tracks = read_cobinding_table(report.path, None)
        if not published.isdisjoint(tracks):
            read_cobinding_table(report.path, published)
    except InputError as error:
        report.add_error(error)
        return
    report.facts["experiments"] = len(tracks)
    for name, path in tracks.items():
        try:
            sites = read_sites(path, reference.resolver)
        except InputError as error:
            report.add_error(error)
            continue
        _add_notes(report, sites, f"{name}: ")
        _compare(report, sites, regions, f"{name}: ")


def _compare(report: FileReport, sites: IntervalSites, regions: RegionMap | None, prefix: str) -> None:
    """Report sites that lie opposite to transcripts."""
    shares = None if regions is None or not sites.has_strands else compare_strands(sites.centres(), regions)
    for code in () if shares is None else shares.codes:
        report.add(code, f"{prefix}{shares}")


def _add_notes(report: FileReport, sites: IntervalSites, prefix: str) -> None:
    """Add the sites that the reader leaves out."""
    for note in sites.notes:
        is_other_length = "another length" in note
        code = "length-differs" if is_other_length else "left-out" if "past the end" in note else "other-contigs"
        report.add(code, prefix + note)
