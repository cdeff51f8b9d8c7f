"""Read lists of sites to train on: BED, narrowPeak and the like, GFF3 and bigBed. The content determines the format.

Each site keeps its strand, its strength, and the base that stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import log10
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.gtf import read_feature_lines, split_feature_columns
from ideep_scan.formats.bbi_intervals import read_peaks
from ideep_scan.formats.bbi_worker import MINUS, PLUS, parse_number
from ideep_scan.formats.bed_intervals import HEADER, SPLIT, UnusableLine, has_blocks, read_bed_rows
from ideep_scan.formats.clip_sites import is_bbi, is_bigwig
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.fasta.source import is_fasta
from ideep_scan.formats.text import read_lines
from ideep_scan.formats.variants.vcf import is_vcf
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.places import Places
from ideep_scan.records.span import Span, Strand

SiteBase = Literal["auto", "centre", "start", "end", "summit"]
NO_STRAND = "without a strand"
NO_SUMMIT = "without a summit"
_STRANDS: dict[str, Strand | None] = {"+": "+", "-": "-"}
_BIG_STRANDS: dict[int, Strand | None] = {PLUS: "+", MINUS: "-"}
_GFF_COLUMNS = 9
_NARROW_PEAK_COLUMNS = 10
_SMALL_P = 1e-5  # a list with such a value, and none above 1, holds p-values
_THICK_COLUMNS = 8
_LONGEST_SUMMIT = 11  # nt of a thick part that marks a summit, as CLIPper and omniCLIP write it


class _Row(NamedTuple):
    """One site of a file: where, how strong, and the offset of its summit from the start (-1 for none)."""

    line: int | None
    chrom: str
    start: int
    end: int
    strand: Strand | None
    strength: float
    summit: int


@dataclass(frozen=True, slots=True, eq=False)
class SiteList:
    """Sites of one file, in its order, with the FASTA's names of contigs.

    Attributes
    ----------
    path : Path
        The file.
    base : str
        The base of an interval that is the site: "centre", "start", "end" or "summit".
    read : int
        Number of rows of the file.
    places : Places
        Places of n sites.
    starts, ends : np.ndarray
        Int64 (n,), intervals of the sites, 0-based half-open.
    strength : np.ndarray
        Float32 (n,); NaN where the file has none.
    exclusions : Exclusions
        The rows that cannot be used.
    """

    path: Path
    base: str
    read: int
    places: Places
    starts: np.ndarray
    ends: np.ndarray
    strength: np.ndarray
    exclusions: Exclusions


def read_training_sites(
    path: str | Path, resolver: ContigResolver, base: SiteBase = "auto", strict: bool = False
) -> SiteList:
    """Read the sites of one file.

    Strengths that are p-values become their negative decimal logarithms.
    The strength is column 7 of narrowPeak and broadPeak, column 5 of other BED, and the score of GFF3.
    The summit is column 10 of narrowPeak, or the centre of a thick part of up to 11 nt (CLIPper, omniCLIP).
    The autoSql of a bigBed names its fields: signalValue or score, and peak or thickStart and thickEnd.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.
    resolver : ContigResolver
        The contigs of the FASTA.
    base : str
        The base of an interval that is the site.
        "start" is the 5' end on the strand of the site, and "end" the 3' end.
        "auto" is the summit if every row has one, else the centre.
    strict : bool
        Raise an error at the first row that cannot be used.

    Returns
    -------
    SiteList
        The usable sites.

    Raises
    ------
    InputError
        The file cannot be read, has no sites, no strands, or no summits for "summit".
        Or more than a tenth of its rows are unusable.
    ContigMismatch
        The FASTA has none of its contigs.
    """
    path = Path(path)
    exclusions = Exclusions(path, "site", strict)
    rows = list(read_site_rows(path, exclusions))
    read = len(rows) + exclusions.count
    if not rows:
        exclusions.check(0)
        raise InputError("has no sites; give a list with a row for each site", path)
    rows = _rank_by_p_value(rows, exclusions)
    mapping, _ = resolver.align((row.chrom for row in rows), path, "list of sites")
    _check_strands(rows, path)
    chosen = _choose_base(rows, base, path)
    sites = [(mapping[row.chrom], row) for row in rows if _is_usable(row, mapping, resolver, exclusions, chosen)]
    exclusions.check(len(sites))
    return SiteList(
        path,
        chosen,
        read,
        Places(
            np.array([chrom for chrom, _ in sites], object),
            np.array([row.strand for _, row in sites], object),
            np.array([_find_base(row, chosen) for _, row in sites], np.int64),
        ),
        np.array([row.start for _, row in sites], np.int64),
        np.array([row.end for _, row in sites], np.int64),
        np.array([row.strength for _, row in sites], np.float32),
        exclusions,
    )


def read_site_rows(path: Path, exclusions: Exclusions) -> Iterator[_Row]:
    """Read the rows of a file in any of the formats."""
    if is_bbi(path):
        if is_bigwig(path):
            raise InputError("is a bigWig, whose values have no strand; give the sites as BED or bigBed", path)
        yield from _read_bigbed(path)
    elif is_fasta(path):
        raise InputError("is a FASTA; give BED or GFF3 of sites, or --windows BOUND UNBOUND for windows", path)
    elif is_vcf(path):
        raise InputError("is a VCF of variants; give BED or GFF3 of sites", path)
    elif _is_gff(path):
        yield from _read_gff(path, exclusions)
    else:
        yield from _read_bed(path, exclusions)


def _is_gff(path: Path) -> bool:
    """Tell whether the first row is one of GFF."""
    lines = (line for _, line in read_lines(path) if line.strip() and not HEADER.match(line))
    for line in islice(lines, 1):
        columns = split_feature_columns(line)
        if len(columns) == _GFF_COLUMNS and not columns[1].isdigit():
            return columns[3].isdigit() and columns[4].isdigit()
    return False


def _read_gff(path: Path, exclusions: Exclusions) -> Iterator[_Row]:
    for number, columns in read_feature_lines(path, exclusions):
        name = f"{columns[0]}:{columns[3]}-{columns[4]}"
        if not (columns[3].isdigit() and columns[4].isdigit() and 1 <= int(columns[3]) <= int(columns[4])):
            exclusions.add("whose start and end are not in the order 1 <= start <= end", name, number)
            continue
        strand = _STRANDS.get(columns[6])
        yield _Row(number, columns[0], int(columns[3]) - 1, int(columns[4]), strand, parse_number(columns[5]), -1)


def _read_bigbed(path: Path) -> Iterator[_Row]:
    for chrom, columns in read_peaks(path).items():
        for start, end, side, strength, peak, *thick in zip(*(column.tolist() for column in columns), strict=True):
            strand = _BIG_STRANDS.get(side)
            summit = peak if peak >= 0 else _find_thick_summit(Span(chrom, start, end, strand or "+"), *thick)
            yield _Row(None, chrom, start, end, strand, strength, summit if summit < end - start else -1)


def _read_bed(path: Path, exclusions: Exclusions) -> Iterator[_Row]:
    for columns, record in read_bed_rows(path):
        if isinstance(record, UnusableLine):
            exclusions.add(record.reason, " ".join(record.columns), record.line)
            continue
        if has_blocks(columns):
            exclusions.remark(SPLIT, f"{record.chrom}:{record.start + 1}-{record.end}", record.line)
        is_narrow = len(columns) == _NARROW_PEAK_COLUMNS
        is_peak = is_narrow or (len(columns) == _NARROW_PEAK_COLUMNS - 1 and not columns[6].strip().isdigit())
        text = columns[6] if is_peak else columns[4] if len(columns) > 4 else ""
        strength = parse_number(text)
        summit = -1
        if is_narrow:
            summit = int(columns[9]) if columns[9].strip().isdecimal() else -1
        elif len(columns) >= _THICK_COLUMNS and columns[6].strip().isdecimal() and columns[7].strip().isdecimal():
            span = Span(record.chrom, record.start, record.end, record.strand or "+")
            summit = _find_thick_summit(span, int(columns[6]), int(columns[7]))
        if summit >= record.end - record.start:
            summit = -1
        yield _Row(record.line, record.chrom, record.start, record.end, record.strand, strength, summit)


def _find_thick_summit(span: Span, start: int, end: int) -> int:
    """Find the offset of the summit that a thick part marks; -1 if it is too long, or not inside of the interval."""
    if not (span.start <= start < end <= span.end and end - start <= _LONGEST_SUMMIT):
        return -1
    return Span(span.chrom, start, end, span.strand).centre - span.start


def _rank_by_p_value(rows: list[_Row], exclusions: Exclusions) -> list[_Row]:
    """Turn strengths that are p-values, as CLIPper writes them, into their negative decimal logarithms.

    They are p-values if all are from 0 to 1, and one is so small that no tool would write it for a strength.
    """
    strengths = [row.strength for row in rows if row.strength == row.strength]
    positive = [strength for strength in strengths if strength > 0]
    if not positive or max(strengths) > 1 or min(strengths) < 0 or min(positive) > _SMALL_P:
        return rows
    for row in rows:
        exclusions.remark("whose strength is read as a p-value", f"{row.chrom}:{row.start + 1}-{row.end}", row.line)
    lowest = min(positive) / 10  # stands for 0
    return [row._replace(strength=-log10(row.strength or lowest)) for row in rows]


def _check_strands(rows: list[_Row], path: Path) -> None:
    """Raise InputError if more than a tenth of the sites have no strand."""
    bare = [row for row in rows if row.strand is None]
    if (len(bare) > 1 and len(bare) * 10 > len(rows)) or len(bare) == len(rows):
        raise InputError(
            f"{len(bare):,} of {len(rows):,} sites have no strand, and binding sites lie on RNA of one strand: "
            "write + or - into column 6 of BED (column 7 of GFF3)",
            path,
            bare[0].line,
        )


def _choose_base(rows: list[_Row], base: SiteBase, path: Path) -> str:
    """Choose the base of an interval that is the site."""
    summits = sum(row.summit >= 0 for row in rows)
    if base == "summit" and not summits:
        raise InputError(
            "has no summits (column 10 of narrowPeak, or a short thick part in columns 7 and 8): give --site centre, "
            "or --site start for the 5' end",
            path,
        )
    if base == "auto":
        return "summit" if summits == len(rows) else "centre"
    return base


def _is_usable(row: _Row, mapping: dict[str, str], resolver: ContigResolver, exclusions: Exclusions, base: str) -> bool:
    """Tell whether a site can be placed; count it otherwise."""
    name = f"{row.chrom}:{row.start + 1}-{row.end}"
    if doubt := resolver.doubt(row.chrom):
        exclusions.remark(doubt, name, row.line)
    chrom = mapping.get(row.chrom)
    if row.strand is None:
        exclusions.add(NO_STRAND, name, row.line)
    elif chrom is None:
        exclusions.add("on contigs that the FASTA lacks", name, row.line, unusable=False)
    elif row.end > resolver.contigs[chrom]:
        exclusions.add("past the end of a contig of the FASTA (another assembly?)", name, row.line)
    elif base == "summit" and row.summit < 0:
        exclusions.add(NO_SUMMIT, name, row.line, unusable=False)
    else:
        return True
    return False


def _find_base(row: _Row, base: str) -> int:
    """Find the position of the site in its interval."""
    assert row.strand is not None
    if base == "summit":
        return row.start + row.summit
    if base == "centre":
        return Span(row.chrom, row.start, row.end, row.strand).centre
    return row.start if (base == "start") == (row.strand == "+") else row.end - 1
