"""Read the regions to scan, from text as a browser writes it or from BED files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.text import exists
from ideep_scan.kernels.intervals import merge
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import STRANDS, Region, Strand

_RANGE = re.compile(r"(.+):([0-9,]+)-([0-9,]+)")
_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_HOW = "write it like chr20:1,000,001-1,200,000 (first and last base, counted from 1)"
_DIGITS = 15  # of a coordinate; no contig is longer
_MAX_SHOWN = 80  # characters of a region in a message
_SIDES: tuple[Strand | None, ...] = (None, *STRANDS)


class Place(NamedTuple):
    """The interval `[start, end)` of a contig as a user names it.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start : int
        0-based start.
    end : int or None
        Half-open end; None for the end of the contig.
    """

    chrom: str
    start: int
    end: int | None


def parse_region(text: str) -> Place:
    """Parse a region as the UCSC browser writes it: "chr20:1,000,001-1200000" (1-based, inclusive), or a contig.

    A contig name that ends like a range (HLA-A*01:01-02) reads as a region.
    `read_regions` knows the contigs and decides correctly.

    Parameters
    ----------
    text : str
        The region.

    Returns
    -------
    Place
        The region, 0-based half-open.

    Raises
    ------
    InputError
        The text is malformed, starts below 1, or ends before its start.

    Examples
    --------
    >>> parse_region("chr20:1,001-2,000")
    Place(chrom='chr20', start=1000, end=2000)
    """
    text = text.strip()
    match = _RANGE.fullmatch(text)
    if match is None:
        if not text or re.search(r"\s|:[-\d,]*$", text):
            raise InputError(f"region {shorten(text)} is malformed; {_HOW}")
        return Place(text, 0, None)
    if not (_NUMBER.fullmatch(match[2]) and _NUMBER.fullmatch(match[3])):
        raise InputError(f"region {shorten(text)}: commas must separate thousands; {_HOW}")
    digits = [number.replace(",", "").lstrip("0") or "0" for number in match.groups()[1:]]
    if max(map(len, digits)) > _DIGITS:
        raise InputError(f"region {shorten(text)} reaches past the end of every contig; {_HOW}")
    first, last = map(int, digits)
    if first < 1:
        raise InputError(f"region {shorten(text)} begins before base 1; {_HOW}")
    if last < first:
        raise InputError(f"region {shorten(text)} ends before it begins; {_HOW}")
    return Place(match[1], first - 1, last)


def check_regions(args: Iterable[str]) -> None:
    """Check regions without a FASTA: each is well-formed, or names a file.

    Parameters
    ----------
    args : Iterable[str]
        Values of the option.

    Raises
    ------
    InputError
        A region is malformed and cannot be a contig's name, or a BED file is missing.
    """
    for text in args:
        if _is_file(text):
            if not exists(text):
                raise InputError("no such file; check the path", text)
        elif not text.strip() or _RANGE.fullmatch(text.strip()):
            parse_region(text)


def read_regions(
    args: Iterable[str], resolver: ContigResolver, strict: bool = False
) -> tuple[list[Region], tuple[str, ...]]:
    """Read the regions of an option. Each value is a region as text, or a BED file of regions.

    A text that names a contig of the FASTA is a region, even if a file has the same name.
    A region from a BED line has the strand of the line, or both strands if it has none.

    Parameters
    ----------
    args : Iterable[str]
        Values of the option.
    resolver : ContigResolver
        The contigs of the FASTA.
    strict : bool
        Raise an error at the first unusable line of a BED file.

    Returns
    -------
    regions : list[Region]
        With the FASTA's contig names, in genome order. Those of one strand are merged if they overlap or touch.
    notes : tuple[str, ...]
        Exclusions from BED files.

    Raises
    ------
    InputError
        A region is malformed, ambiguous, past the end of a contig, or neither a contig nor a file.
    ContigMismatch
        The FASTA lacks a contig.
    """
    regions: list[Region] = []
    notes: list[str] = []
    for text in args:
        if resolver.resolve(text) is not None:
            _refuse_ambiguous(text, resolver)
            regions.append(Region(*resolve_place(Place(text, 0, None), resolver)))
        elif _is_file(text):
            exclusions = Exclusions(Path(text), "region", strict)
            regions += _bed_regions(Path(text), resolver, exclusions)
            notes += exclusions.notes()
        else:
            regions.append(Region(*resolve_place(parse_region(text), resolver)))
    return _merged(regions, resolver), tuple(notes)


def _is_file(text: str) -> bool:
    return "/" in text or text.endswith((".bed", ".bed.gz")) or exists(text)


def _refuse_ambiguous(text: str, resolver: ContigResolver) -> None:
    """Raise InputError if a contig's name also reads as a region of another contig."""
    match = _RANGE.fullmatch(text)
    if match is not None and resolver.resolve(match[1]) is not None:
        raise InputError(
            f"region {shorten(text)} is ambiguous: the FASTA has a contig of this name, and a contig {match[1]}; "
            "write the region in a BED file"
        )


def _bed_regions(path: Path, resolver: ContigResolver, exclusions: Exclusions) -> Iterator[Region]:
    count = 0
    for line, name, start, end, strand, _ in read_bed_intervals(path, exclusions):
        chrom = resolver.resolve(name)
        if chrom is None:
            reason = f"on a contig that the FASTA lacks (it has {resolver.style()})"
        elif end > resolver.contigs[chrom]:
            reason = "past the end of its contig"
        else:
            count += 1
            yield Region(chrom, start, end, strand)
            continue
        exclusions.add(reason, f"{name}:{start + 1}-{end}", line)
    exclusions.check(count)
    if not count:
        raise InputError("has no regions", path)


def _merged(regions: Iterable[Region], resolver: ContigResolver) -> list[Region]:
    pairs: dict[tuple[str, Strand | None], list[tuple[int, int]]] = {}
    for chrom, start, end, strand in regions:
        pairs.setdefault((chrom, strand), []).append((start, end))
    union = []
    for (chrom, strand), intervals in pairs.items():
        starts, ends = merge(*np.array(intervals, np.int64).T)
        union += [Region(chrom, *pair, strand) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
    return sorted(union, key=lambda region: (resolver.rank(region.chrom), *region[1:3], _SIDES.index(region.strand)))


def resolve_place(place: Place, resolver: ContigResolver) -> tuple[str, int, int]:
    """Convert a place to an interval of the FASTA.

    Parameters
    ----------
    place : Place
        The place.
    resolver : ContigResolver
        The contigs of the FASTA.

    Returns
    -------
    tuple[str, int, int]
        The FASTA's name of the contig, start and end.

    Raises
    ------
    InputError
        The place reaches past the end of the contig.
    ContigMismatch
        The FASTA lacks the contig.
    """
    chrom = resolver.resolve(place.chrom)
    if chrom is None:
        raise ContigMismatch(
            f"no contig {shorten(place.chrom, quoted=False)} in the FASTA, whose contigs are {resolver.style()}, "
            "and no such file; give a region or a BED file"
        )
    length = resolver.contigs[chrom]
    end = length if place.end is None else place.end
    if end > length:
        raise InputError(
            f"region {place.chrom}:{place.start + 1}-{end} reaches past the end of {chrom}, "
            f"which has {length} bases; end it there"
        )
    return chrom, place.start, end


def shorten(text: str, quoted: bool = True) -> str:
    """Shorten a user's text for a message.

    Parameters
    ----------
    text : str
        Any text.
    quoted : bool
        Put the text in quotes.

    Returns
    -------
    str
        At most 83 characters, plus quotes.
    """
    text = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."
    return repr(text) if quoted else text
