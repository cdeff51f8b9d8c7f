"""Open the variants or intervals of an intersection, and check them as far as one pass can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.overlap_table import INTERVAL_COLUMNS, VARIANT_COLUMNS
from ideep_scan.formats.variants.vcf import VcfFile, VcfRecord, is_vcf
from ideep_scan.formats.variants.vcf_order import RecordOrder
from ideep_scan.formats.variants.vcf_output import kind_of_vcf
from ideep_scan.formats.variants.vcf_sites import KEYS
from ideep_scan.jobs.intersect.alleles import read_vcf_batches, record_status
from ideep_scan.jobs.intersect.batch import Batch
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.jobs.intersect.intervals import read_bed_batches
from ideep_scan.jobs.vcf_assembly import check_vcf_assembly
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.variant_effect import Status


@dataclass(frozen=True, eq=False)
class Source:
    """Variants or intervals that can be looked up.

    Attributes
    ----------
    noun : str
        Name of a row: "interval" or "record".
    columns : Sequence[str]
        Columns of a row, for the table.
    batches : Iterator[Batch]
        The rows.
    notes : callable
        Return remarks, once all batches are read.
    vcf : VcfFile or None
        The VCF; None for a BED.
    is_sorted : bool
        Whether the records of the VCF are sorted.
    """

    noun: str
    columns: Sequence[str]
    batches: Iterator[Batch]
    notes: Callable[[], Sequence[str]]
    vcf: VcfFile | None = None
    is_sorted: bool = False


def open_input(path: Path, axis: GenomeAxis, *, out: Path | None) -> Source:
    """Open a VCF or a BED; its content tells which it is. A VCF is read once to check it.

    Parameters
    ----------
    path : Path
        The file.
    axis : GenomeAxis
        Axis of the contigs of the runs.
    out : Path or None
        The output; None for standard output.

    Returns
    -------
    Source
        The variants or intervals.

    Raises
    ------
    InputError
        The file is unreadable, or too few of its rows fit the runs. Or the output is a VCF and the input is not.
    """
    if is_vcf(path):
        return _open_vcf(path, axis, is_annotated=out is not None and kind_of_vcf(out) is not None)
    if out is not None and kind_of_vcf(out) is not None:
        raise InputError("is the name of a VCF, but the input is not a VCF; name a table, such as overlaps.tsv", out)
    exclusions = Exclusions(path, "interval")
    batches = read_bed_batches(path, axis, exclusions)
    # If no interval can be used, this raises before a header is written.
    return Source("interval", INTERVAL_COLUMNS, chain([next(batches)], batches), exclusions.notes)


def _open_vcf(path: Path, axis: GenomeAxis, *, is_annotated: bool) -> Source:
    vcf = VcfFile(path)
    about_lengths = check_vcf_assembly(vcf, axis.resolver.contigs)
    exclusions, doubts, order = Exclusions(path, "record"), Exclusions(path, "record"), RecordOrder()
    used = 0
    for record in vcf.records():
        order.add(record)
        contig = axis.contig(record.chrom)
        status = record_status(record, contig)
        used += status is None
        if status is Status.NO_CONTIG:
            reason = f"on contigs that the run lacks (it has {axis.resolver.style()})"
            exclusions.add(reason, _name(record), record.line, unusable=False)
        elif status is Status.PAST_END:
            exclusions.add("past an end of its contig", _name(record), record.line)
        if contig is not None and contig.doubt:
            doubts.remark(contig.doubt, _name(record), record.line)
    exclusions.check(used)

    def notes() -> list[str]:
        addition = "; the output keeps them, with their status" if is_annotated else ""
        remarks = [*(f"{note}{addition}" for note in exclusions.notes()), *doubts.notes()]
        if not used and not remarks:
            remarks.append(f"{path.name}: has no record")
        remarks += about_lengths
        return [*remarks, *_output_notes(vcf, order.is_sorted)] if is_annotated else remarks

    return Source("record", VARIANT_COLUMNS, read_vcf_batches(vcf, axis), notes, vcf, order.is_sorted)


def _name(record: VcfRecord) -> str:
    return f"{record.chrom}:{record.start + 1}"


def _output_notes(vcf: VcfFile, is_sorted: bool) -> Iterator[str]:
    """Explain what an annotated VCF replaces and lacks."""
    starts = tuple(f"##INFO=<ID={key},".encode() for key in KEYS)
    if any(line.startswith(starts) for line in vcf.header.lines):
        yield f"{vcf.path.name}: {' and '.join(KEYS)} of an earlier intersection are replaced"
    if not is_sorted:
        yield f"{vcf.path.name}: is not sorted, so the output has no index; sort it with `bcftools sort`"
