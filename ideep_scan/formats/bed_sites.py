"""Sites to score from BED6, each with its strand and its contig in the FASTA, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ideep_scan.formats.bed_intervals import UnusableLine, read_bed_lines
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.scores import UnplacedSite
from ideep_scan.records.span import STRANDS, Span


class BedSite(NamedTuple):
    """One line of a BED.

    Attributes
    ----------
    name : str or None
        None where the line has no name.
    span : Span or UnplacedSite
        The interval as the file spells it.
    contig : str or None
        The FASTA's name of the contig; None where the site cannot be scored.
    """

    name: str | None
    span: Span | UnplacedSite
    contig: str | None


def read_bed_sites(path: str | Path, resolver: ContigResolver, exclusions: Exclusions) -> Iterator[BedSite]:
    """Read the sites of a BED6, plain or gzipped, line by line; a line that cannot be used is a site without a contig.

    Parameters
    ----------
    exclusions : Exclusions
        Counts the lines that cannot be used: malformed, without a strand, on a contig that the FASTA lacks, or past
        its end.

    Raises
    ------
    InputError : the file cannot be read as text, or a line cannot be used and `exclusions` is strict.
    """
    for each in read_bed_lines(path):
        if isinstance(each, UnusableLine):
            exclusions.add(each.reason, " ".join(each.columns), each.line)
            yield _unplaced(each.columns)
            continue
        line, chrom, start, end, strand, name = each
        contig = resolver.resolve(chrom)
        if doubt := resolver.doubt(chrom):
            exclusions.remark(doubt, f"{chrom}:{start + 1}-{end}", line)
        reason = None
        if strand is None:
            reason = "without a strand (column 6: + or -)"
        elif contig is None:
            reason = f"on a contig that the FASTA lacks (it has {resolver.style()})"
        elif end > resolver.contigs[contig]:
            reason = "past the end of its contig"
        if reason is not None:
            exclusions.add(reason, f"{chrom}:{start + 1}-{end}", line)
            contig = None
        site = UnplacedSite(chrom, str(start), str(end), ".") if strand is None else Span(chrom, start, end, strand)
        yield BedSite(name, site, contig)


def _unplaced(columns: tuple[str, ...]) -> BedSite:
    """Keep the fields of a malformed line that a table can hold."""
    chrom, start, end, name, _, strand = (*columns[:6], *[""] * (6 - len(columns[:6])))
    start, end = (text.strip() if text.strip().isascii() and text.strip().isdigit() else "" for text in (start, end))
    return BedSite(name.strip() or None, UnplacedSite(chrom, start, end, strand if strand in STRANDS else "."), None)
