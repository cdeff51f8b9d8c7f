"""Read the regions to scan: text as a browser writes it, or BED files."""

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
_SHOWN = 80  # characters of a region in a message
_SIDES: tuple[Strand | None, ...] = (None, *STRANDS)


class Place(NamedTuple):
    """`[start, end)` of a contig as a user names it, 0-based half-open; an end of None means the contig's own."""

    chrom: str
    start: int
    end: int | None


def parse_region(text: str) -> Place:
    """Parse a region as the UCSC browser writes it: "chr20:1,000,001-1200000" (1-based, both inclusive), or a contig.

    A name that ends like half a range (HLA-A*01:01) is taken for one; `read_regions`, which knows the contigs, is not
    fooled.

    Raises
    ------
    InputError : malformed, a start below 1, or an end before the start.
    """
    text = text.strip()
    match = _RANGE.fullmatch(text)
    if match is None:
        if not text or re.search(r"\s|:[-\d,]*$", text):
            raise InputError(f"region {shorten(text)} is malformed; {_HOW}")
        return Place(text, 0, None)
    if not (_NUMBER.fullmatch(match[2]) and _NUMBER.fullmatch(match[3])):
        raise InputError(f"region {shorten(text)}: commas are not where thousands end; {_HOW}")
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
    """Check what needs no FASTA: that each region is well formed, or names a file.

    Raises
    ------
    InputError : a malformed region that a contig's name cannot be either, or a BED file that is not there.
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
    """Read the regions that an option names; each is one region as text, or a BED file of regions.

    A text that names a contig of the FASTA is a region even where a file has the same name. The strand of a BED line
    counts; a region without a strand holds for both.

    Parameters
    ----------
    strict : bool
        End at a line of a BED file that cannot be used.

    Returns
    -------
    regions : list[Region]
        By the FASTA's names of their contigs, those of one strand merged where they overlap or touch; sorted by
        contig in the order of the FASTA, then by start.
    notes : tuple[str, ...]
        Lines of BED files that are left out.

    Raises
    ------
    InputError : malformed, ambiguous, beyond the end of a contig, or neither a contig nor a file.
    ContigMismatch : a contig that the FASTA lacks.
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
    """Raise InputError if a contig's name also reads as a part of another contig."""
    match = _RANGE.fullmatch(text)
    if match is not None and resolver.resolve(match[1]) is not None:
        raise InputError(
            f"region {shorten(text)} is ambiguous: the FASTA has a contig of this name, and a contig {match[1]}; "
            "give the region in a BED file"
        )


def _bed_regions(path: Path, resolver: ContigResolver, exclusions: Exclusions) -> Iterator[Region]:
    used = 0
    for line, name, start, end, strand, _ in read_bed_intervals(path, exclusions):
        chrom = resolver.resolve(name)
        if chrom is None:
            reason = f"on a contig that the FASTA lacks (it has {resolver.style()})"
        elif end > resolver.contigs[chrom]:
            reason = "past the end of its contig"
        else:
            used += 1
            yield Region(chrom, start, end, strand)
            continue
        exclusions.add(reason, f"{name}:{start + 1}-{end}", line)
    exclusions.check(used)
    if not used:
        raise InputError("holds no region", path)


def _merged(regions: Iterable[Region], resolver: ContigResolver) -> list[Region]:
    pairs: dict[tuple[str, Strand | None], list[tuple[int, int]]] = {}
    for chrom, start, end, strand in regions:
        pairs.setdefault((chrom, strand), []).append((start, end))
    merged = []
    for (chrom, strand), intervals in pairs.items():
        starts, ends = merge(*np.array(intervals, np.int64).T)
        merged += [Region(chrom, *pair, strand) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
    return sorted(merged, key=lambda region: (resolver.rank(region.chrom), *region[1:3], _SIDES.index(region.strand)))


def resolve_place(place: Place, resolver: ContigResolver) -> tuple[str, int, int]:
    """Name a place by the FASTA's contig. Raises InputError where the FASTA does not hold it."""
    chrom = resolver.resolve(place.chrom)
    if chrom is None:
        raise ContigMismatch(
            f"no contig {shorten(place.chrom, quoted=False)} in the FASTA, whose contigs are {resolver.style()}, "
            "and no file of that name; name one or the other"
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
    """Shorten a user's text for a message."""
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return repr(text) if quoted else text
