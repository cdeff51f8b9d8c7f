"""Check BED files of sites: rows, order, overlaps, and their places on transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.bed_sites import BedSite, read_bed_sites
from ideep_scan.formats.text import read_lines
from ideep_scan.jobs.check.annotations import is_date
from ideep_scan.jobs.check.containers import check_bgzip
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import Reference, report_spellings
from ideep_scan.jobs.strand_shares import MAX_SITES, StrandedPlaces
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Span
from ideep_scan.records.transcript import Transcript

_MAX_SPANS = 100_000  # sites that are compared with exons
_FEW = 5  # sites with the end of an exon, below which their starts may be chance
_PREDICT_ONLY = ("without a strand", "on a contig")  # reasons that other commands than predict accept


def check_bed(
    report: FileReport, reference: Reference, regions: RegionMap | None, transcripts: Sequence[Transcript] = ()
) -> None:
    """Check a BED of sites or regions.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    reference : Reference
        Genome to place the sites on.
    regions : RegionMap or None
        Transcripts; None without an annotation.
    transcripts : sequence of Transcript
        The same transcripts, whose exons are compared with the sites.
    """
    exclusions = Exclusions(report.path, "site")
    rows = _Rows()
    try:
        check_bgzip(report)
        for site in read_bed_sites(report.path, reference.resolver, exclusions):
            rows.add(site)
        _check_blanks(report, report.path)
    except InputError as error:
        report.add_error(error)
        return
    report.facts |= {"sites": rows.count, "usable with a strand": rows.usable}
    _check_exclusions(report, exclusions, rows)
    rows.report_order(report)
    report_spellings(report, rows.names, reference)
    if regions is not None and rows.usable:
        _check_transcripts(report, rows, regions)
        _check_starts(report, rows, transcripts)


@dataclass(eq=False)
class _Rows:
    """Counts over the rows of a BED in their order; memory is bounded."""

    count: int = 0
    usable: int = 0
    disorder: str = ""
    overlaps: int = 0
    duplicates: int = 0
    repeated_names: int = 0
    dates: int = 0
    names: set[str] = field(default_factory=set)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    places: StrandedPlaces = field(default_factory=StrandedPlaces)
    _seen: set[int] = field(default_factory=set)
    _names: set[int] = field(default_factory=set)
    _contigs: set[str] = field(default_factory=set)
    _last: Span | None = None
    _ends: dict[str, int] = field(default_factory=dict)

    def add(self, site: BedSite) -> None:
        """Count one row."""
        self.count += 1
        span = site.span
        if not isinstance(span, Span):
            return
        self.names.add(span.chrom)
        self.dates += site.name is not None and is_date(site.name)
        if len(self._seen) < MAX_SITES:
            key = hash(span)
            self.duplicates += key in self._seen
            self._seen.add(key)
            if site.name not in (None, "."):
                self.repeated_names += hash(site.name) in self._names
                self._names.add(hash(site.name))
        self._compare(span)
        if site.contig is not None:
            self.usable += 1
            self.places.add(site)
            if len(self.spans) < _MAX_SPANS:
                self.spans.append((site.contig, span.start, span.end))

    def _compare(self, span: Span) -> None:
        """Compare a row with those before it."""
        last = self._last
        if last is None or span.chrom != last.chrom:
            if span.chrom in self._contigs:
                self.disorder = self.disorder or f"{span.chrom} in several pieces"
            self._contigs.add(span.chrom)
            self._ends.clear()
        elif span.start < last.start:
            self.disorder = self.disorder or f"{span.chrom}:{span.start + 1} after {span.chrom}:{last.start + 1}"
        elif span != last:
            self.overlaps += span.start < self._ends.get(span.strand, 0)
        self._ends[span.strand] = max(span.end, self._ends.get(span.strand, 0))
        self._last = span

    def report_order(self, report: FileReport) -> None:
        """Report order, overlaps and duplicates."""
        if self.count > MAX_SITES:
            report.add("sampled", f"duplicates and places on transcripts are those of the first {MAX_SITES:,} sites")
        if self.disorder:
            report.add("unsorted", f"the rows are not sorted: {self.disorder}")
        if self.overlaps:
            report.add(
                "overlaps", f"{self.overlaps:,} sites overlap one before them on their strand", count=self.overlaps
            )
        if self.duplicates:
            report.add("duplicates", f"{self.duplicates:,} sites repeat one before them", count=self.duplicates)
        if self.dates:
            report.add("dates-for-names", f"{self.dates:,} names look like dates", count=self.dates)
        if 0 < self.repeated_names * 2 < self.count:  # else names are labels, not ids
            count = self.repeated_names
            report.add("repeated-name", f"{count:,} sites have the name of one before them", count=count)


def _check_exclusions(report: FileReport, exclusions: Exclusions, rows: _Rows) -> None:
    """Report rows that cannot be used. Only malformed ones make the file unusable, or contigs that are all absent."""
    if not rows.count:
        report.add("too-few-records", "has no sites; give a BED with rows")
        return
    reports = exclusions.reports()
    absent = sum(item.count for item in reports if item.reason.startswith("on a contig"))
    if absent == rows.count:
        first = next(item.text for item in reports)
        report.add("no-common-contig", f"{first}; use the genome that the file was made with, or rename the contigs")
        return
    malformed = sum(item.count for item in reports if item.excluded and not item.reason.startswith(_PREDICT_ONLY))
    if malformed == rows.count or (malformed > 1 and malformed * 10 > rows.count):
        try:
            exclusions.check(rows.usable)
        except InputError as error:
            report.add_error(error, "too-few-records")
            return
    report.add_exclusions(exclusions)


def _check_blanks(report: FileReport, path: Path) -> None:
    """Report rows without tabs, by the first one."""
    rows = ((number, line) for number, line in read_lines(path) if line.strip() and not HEADER.match(line))
    for number, line in islice(rows, 1):
        if "\t" not in line and len(line.split()) > 2:
            report.add("blanks", "blanks separate the columns", number)


def _check_transcripts(report: FileReport, rows: _Rows, regions: RegionMap) -> None:
    """Report the share of sites inside a transcript of their own strand, and of the other one."""
    shares = rows.places.compare(regions)
    if shares is None:
        return
    report.facts |= {"in a transcript of their strand": shares.own, "of the other strand": shares.other}
    for code in shares.codes:
        report.add(code, str(shares))


def _check_starts(report: FileReport, rows: _Rows, transcripts: Sequence[Transcript]) -> None:
    """Report sites that would be exons if their starts counted from 1."""
    exons = {
        (item.chrom, start, end)
        for item in transcripts
        for start, end in (*item.exons.tolist(), (item.start, item.end))
    }
    exact = sum(span in exons for span in rows.spans)
    shifted = sum((chrom, start - 1, end) in exons for chrom, start, end in rows.spans)
    if shifted >= _FEW and shifted > exact:
        text = f"{shifted:,} of {len(rows.spans):,} sites are exons or transcripts if their starts count from 1"
        report.add("one-based", text, count=shifted)
