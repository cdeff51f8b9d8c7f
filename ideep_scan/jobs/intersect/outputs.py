"""Write the overlaps of an intersection, as a table or into the records of a VCF."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Protocol, TextIO

from ideep_scan.formats.overlap_table import OverlapTable
from ideep_scan.formats.text_output import text_output
from ideep_scan.formats.variants.vcf_output import VcfWriter, annotate_header, annotate_record, kind_of_vcf, write_vcf
from ideep_scan.formats.variants.vcf_sites import KEYS, define_site_keys, earlier_site_lines, site_values
from ideep_scan.jobs.intersect.batch import Batch, PlacedRecord
from ideep_scan.jobs.intersect.finished_runs import FinishedRun
from ideep_scan.jobs.intersect.inputs import Source
from ideep_scan.records.site_overlap import SiteOverlap
from ideep_scan.records.variant_effect import Status
from ideep_scan.version import __version__

Overlaps = Iterator[tuple[int, list[SiteOverlap]]]  #: index in a batch, and its overlaps
_REPLACED = tuple(key.encode() for key in KEYS)
_OVERLAP, _NO_SITE = "overlap", "no_site"  # status of an allele that has a place
_NO_PLACE = (Status.NO_CONTIG, Status.PAST_END, Status.STAR, Status.NO_ALT, Status.MISSING_ALLELE)
_STATUSES = (_OVERLAP, _NO_SITE, *(status.value for status in _NO_PLACE))


class Output(Protocol):
    """Writer of overlaps.

    Attributes
    ----------
    overlapping : int
        Intervals or records that overlap a site, so far.
    rows : int
        Overlaps so far.
    """

    overlapping: int
    rows: int

    def add(self, batch: Batch, overlaps: Overlaps) -> None:
        """Append the overlaps of a batch."""
        ...


@contextmanager
def open_output(out: Path | None, stream: TextIO, source: Source, *, runs: Sequence[FinishedRun]) -> Iterator[Output]:
    """Open the output. A file appears when it is complete.

    Parameters
    ----------
    out : Path or None
        Table, or VCF by its name; None writes a table to `stream`.
    stream : TextIO
        Standard output.
    source : Source
        The variants or intervals.
    runs : Sequence[FinishedRun]
        The runs, which the header of a VCF names.

    Yields
    ------
    Output
        The output.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    if out is None or source.vcf is None or kind_of_vcf(out) is None:
        with text_output(out, stream) as text:
            yield _TableOutput(OverlapTable(text, source.columns))
        return
    with write_vcf(out, BytesIO(), is_sorted=source.is_sorted) as writer:
        names = " ".join(run.name for run in runs)
        keys = define_site_keys(_STATUSES, f"ideep-scan {__version__}, runs {names}")
        for line in annotate_header(source.vcf.header, keys, earlier_site_lines()):
            writer.add(line)
        yield _VcfOutput(writer)


class _TableOutput:
    """Table with a row per overlap."""

    def __init__(self, table: OverlapTable):
        self._table = table
        self.overlapping = 0
        self.rows = 0

    def add(self, batch: Batch, overlaps: Overlaps) -> None:
        indices = set()
        for index, sites in overlaps:
            self._table.add(batch.fields[index], sites)
            indices.add(index)
            self.rows += len(sites)
        if batch.records:
            self.overlapping += sum(not indices.isdisjoint(placed.alleles) for placed in batch.records)
        else:
            self.overlapping += len(indices)


class _VcfOutput:
    """VCF with the overlaps of each record in its INFO."""

    def __init__(self, writer: VcfWriter):
        self._writer = writer
        self.overlapping = 0
        self.rows = 0

    def add(self, batch: Batch, overlaps: Overlaps) -> None:
        sites = dict(overlaps)
        for placed in batch.records:
            record = placed.record
            entries = [
                (allele, site)
                for allele, index in zip(record.alts, placed.alleles, strict=True)
                if isinstance(index, int)
                for site in sites.get(index, ())
            ]
            self._writer.add(annotate_record(record, site_values(entries, _statuses(placed, sites)), _REPLACED))
            self.overlapping += bool(entries)
            self.rows += len(entries)


def _statuses(placed: PlacedRecord, overlapping: Container[int]) -> list[str]:
    """Return the status of each allele of a record."""
    return [
        allele.value if isinstance(allele, Status) else _OVERLAP if allele in overlapping else _NO_SITE
        for allele in placed.alleles
    ]
