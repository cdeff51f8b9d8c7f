"""Read intervals that were measured, for display beside predictions: BED and the like, GFF3, bigBed and VCF.

Unlike the sites to train on, they need no strand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.training_sites import read_site_rows
from ideep_scan.formats.variants.vcf import VcfFile, is_vcf
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import Strand

MAX_SITES = 5_000_000
_STRAND_CODES: dict[Strand | None, int] = {"+": 1, "-": -1, None: 0}
_MAX_ALLELES = 40  # characters of the alleles in a name


class _Interval(NamedTuple):
    line: int | None
    chrom: str
    start: int
    end: int
    point: int
    strand: Strand | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class ContigSites:
    """Measured intervals on one contig, by their start.

    Attributes
    ----------
    starts, ends : np.ndarray
        Int64 (n,), 0-based half-open.
    points : np.ndarray
        Int64 (n,), summit of each interval, or its middle.
    strands : np.ndarray
        Int8 (n,): 1 for plus, -1 for minus, 0 for no strand.
    names : tuple of str
        Names of variants; empty for other intervals.
    """

    starts: np.ndarray
    ends: np.ndarray
    points: np.ndarray
    strands: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of intervals."""
        return len(self.starts)

    def find(self, start: int, end: int) -> np.ndarray:
        """Find the intervals that overlap `[start, end)`.

        Returns
        -------
        np.ndarray
            Their indices, ascending.
        """
        last = int(np.searchsorted(self.starts, end))
        longest = int((self.ends - self.starts).max(initial=0))
        first = int(np.searchsorted(self.starts, start - longest))
        return first + np.flatnonzero(self.ends[first:last] > start)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredSites:
    """Measured intervals of one file.

    Attributes
    ----------
    path : Path
        The file.
    contigs : dict of str to ContigSites
        Intervals by the genome's name of the contig.
    notes : tuple of str
        Remarks on rows that were left out.
    """

    path: Path
    contigs: dict[str, ContigSites]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of intervals."""
        return sum(map(len, self.contigs.values()))


def read_measured_sites(path: str | Path, resolver: ContigResolver) -> MeasuredSites:
    """Read the intervals of a file, whose content determines its format.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.
    resolver : ContigResolver
        The contigs of the genome.

    Raises
    ------
    InputError
        The file cannot be read, has no interval or too many, or more than a tenth of its rows are unusable.
    ContigMismatch
        The genome has none of its contigs.
    """
    path = Path(path)
    exclusions = Exclusions(path, "interval")
    rows = list(_limit(_read_intervals(path, exclusions), path))
    if not rows:
        exclusions.check(0)
        raise InputError("has no intervals; give a file with a row for each", path)
    mapping, _ = resolver.align((row.chrom for row in rows), path, "measured intervals")
    by_contig: dict[str, list[_Interval]] = {}
    for row in rows:
        chrom = mapping.get(row.chrom)
        name = f"{row.chrom}:{row.start + 1}-{row.end}"
        if chrom is None:
            exclusions.add("on contigs that the genome lacks", name, row.line, unusable=False)
        elif row.end > resolver.contigs[chrom]:
            exclusions.add("past the end of a contig (another assembly?)", name, row.line)
        else:
            by_contig.setdefault(chrom, []).append(row)
    exclusions.check(sum(map(len, by_contig.values())))
    contigs = {chrom: _sort(intervals) for chrom, intervals in by_contig.items()}
    return MeasuredSites(path, contigs, tuple(report.text for report in exclusions.reports()))


def _read_intervals(path: Path, exclusions: Exclusions) -> Iterator[_Interval]:
    if is_vcf(path):
        for record in VcfFile(path).records():
            alleles = f"{record.ref}>{','.join(record.alts)}"
            name = record.id if record.id not in ("", ".") else alleles[:_MAX_ALLELES]
            yield _Interval(record.line, record.chrom, record.start, record.end, record.start, None, name)
        return
    for row in read_site_rows(path, exclusions):
        point = row.start + row.summit if row.summit >= 0 else (row.start + row.end) // 2
        yield _Interval(row.line, row.chrom, row.start, row.end, point, row.strand, "")


def _limit(rows: Iterable[_Interval], path: Path) -> Iterator[_Interval]:
    for number, row in enumerate(rows):
        if number == MAX_SITES:
            raise InputError(f"has more than {MAX_SITES:,} intervals; select those that you want to see", path)
        yield row


def _sort(rows: Sequence[_Interval]) -> ContigSites:
    rows = sorted(rows, key=lambda row: (row.start, row.end))
    starts, ends, points = (
        np.array([getattr(row, field) for row in rows], np.int64) for field in ("start", "end", "point")
    )
    strands = np.array([_STRAND_CODES[row.strand] for row in rows], np.int8)
    names = tuple(row.name for row in rows) if any(row.name for row in rows) else ()
    return ContigSites(starts, ends, points, strands, names)
