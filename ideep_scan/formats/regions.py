"""Where to scan: a region as a browser writes it, or a BED of regions. It does not know strands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.kernels.intervals import merge

_RANGE = re.compile(r"(.+):([\d,]+)-([\d,]+)")
_NUMBER = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
_HOW = "write it like chr20:1,000,001-1,200,000 (first and last base, counted from 1)"


class Region(NamedTuple):
    """`[start, end)` of a contig, 0-based half-open; `end` is None for a whole contig whose length is not known yet."""

    chrom: str
    start: int
    end: int | None


def parse_region(text: str) -> Region:
    """A region as the UCSC browser writes it: "chr20:1,000,001-1200000" (1-based, both inclusive), or a contig's name.

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
            raise InputError(f"region {text!r} is malformed; {_HOW}")
        return Region(text, 0, None)
    if not (_NUMBER.fullmatch(match[2]) and _NUMBER.fullmatch(match[3])):
        raise InputError(f"region {text!r}: commas are not where thousands end; {_HOW}")
    first, last = int(match[2].replace(",", "")), int(match[3].replace(",", ""))
    if first < 1:
        raise InputError(f"region {text!r} begins before base 1; {_HOW}")
    if last < first:
        raise InputError(f"region {text!r} ends before it begins; {_HOW}")
    return Region(match[1], first - 1, last)


def read_regions(arg: str | Path, resolver: ContigResolver) -> list[tuple[str, int, int]]:
    """The regions that an option names: one as text, or those of a BED file.

    A text that names a contig of the FASTA is a region even where a file has the same name.

    Returns
    -------
    (chrom, start, end) : the FASTA's names, 0-based half-open; merged, sorted by contig in the order of the FASTA.

    Raises
    ------
    InputError : malformed, beyond the end of a contig, or neither a contig nor a file.
    ContigMismatch : a contig that the FASTA lacks.
    """
    text = str(arg)
    if resolver.resolve(text) is not None:
        return [placed(Region(text, 0, None), resolver, None, None)]
    if Path(text).exists() or "/" in text or text.endswith((".bed", ".bed.gz")):
        return _bed_regions(Path(text), resolver)
    return [placed(parse_region(text), resolver, None, None)]


def _bed_regions(path: Path, resolver: ContigResolver) -> list[tuple[str, int, int]]:
    by_contig: dict[str, list[tuple[int, int]]] = {}
    for line, name, start, end, *_ in read_bed_intervals(path):
        chrom, start, end = placed(Region(name, start, end), resolver, path, line)
        by_contig.setdefault(chrom, []).append((start, end))
    if not by_contig:
        raise InputError("holds no region", path)
    merged = []
    for chrom in sorted(by_contig, key=resolver.rank):
        starts, ends = merge(*np.array(by_contig[chrom], np.int64).T)
        merged += [(chrom, int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
    return merged


def placed(region: Region, resolver: ContigResolver, path: Path | None, line: int | None) -> tuple[str, int, int]:
    """A region by the FASTA's name of its contig. Raises InputError where the FASTA does not hold it."""
    chrom = resolver.resolve(region.chrom)
    if chrom is None:
        raise ContigMismatch(
            f"no contig {region.chrom} in the FASTA, whose contigs are {resolver.style()}"
            + ("; use one of its names" if path else ", and no file of that name; name one or the other"),
            path,
            line,
        )
    length = resolver.contigs[chrom]
    end = length if region.end is None else region.end
    if end > length:
        raise InputError(
            f"region {region.chrom}:{region.start + 1}-{end} reaches past the end of {chrom}, "
            f"which has {length} bases; end it there",
            path,
            line,
        )
    return chrom, region.start, end
