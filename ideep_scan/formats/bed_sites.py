"""Read the sites to score from BED6, record with its strand and its contig in the FASTA."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ideep_scan.formats.bed_intervals import SPLIT, UnusableLine, has_blocks, read_bed_rows
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.scores import UnplacedSite
from ideep_scan.records.span import STRANDS, Span


class BedSite(NamedTuple):
    """One line of a BED.

    Attributes
    ----------
    name : str or None
        None if the line has no name.
    span : Span or UnplacedSite
        The interval, with the file's name of the contig.
    contig : str or None
        The FASTA's name of the contig; None if the site cannot be scored.
    """

    name: str | None
    span: Span | UnplacedSite
    contig: str | None


def read_bed_sites(path: str | Path, resolver: ContigResolver, exclusions: Exclusions) -> Iterator[BedSite]:
    """Read the sites of a BED6, plain or gzipped. An unusable line is a site without a contig.

    Parameters
    ----------
    path : str or Path
        The BED6.
    resolver : ContigResolver
        The contigs of the FASTA.
    exclusions : Exclusions
        Counts unusable lines: malformed, without a strand, on a contig that the FASTA lacks, or past its end.
        Remarks on lines of BED12 with several blocks.

    Yields
    ------
    BedSite
        One site, in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read as text, or a line is unusable and `exclusions` is strict.
    """
    for columns, record in read_bed_rows(path):
        if isinstance(record, UnusableLine):
            exclusions.add(record.reason, " ".join(record.columns), record.line)
            yield _unplaced(record.columns)
            continue
        line, chrom, start, end, strand, name = record
        contig = resolver.resolve(chrom)
        if doubt := resolver.doubt(chrom):
            exclusions.remark(doubt, f"{chrom}:{start + 1}-{end}", line)
        if has_blocks(columns):
            exclusions.remark(SPLIT, f"{chrom}:{start + 1}-{end}", line)
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
