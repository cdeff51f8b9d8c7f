"""Read the alleles of a VCF in batches, each as the reference bases that it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ideep_scan.formats.vcf import MISSING, VcfFile, VcfRecord
from ideep_scan.jobs.intersect.batch import AlleleStatus, Batch, PlacedRecord
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.records.variant import Variant
from ideep_scan.variants.normalization import normalize

_LETTERS = re.compile(r"[A-Za-z]+")
_END = re.compile(rb"(?:^|;)END=([0-9]{1,15})(?:;|$)")
_LENGTHS = re.compile(rb"(?:^|;)SVLEN=([^;]*)")
_NOT_VARIANT = ("<*>", "<NON_REF>", "<X>")  # symbols of "any other allele"


def read_vcf_batches(vcf: VcfFile, axis: GenomeAxis) -> Iterator[Batch]:
    """Read the alleles of a VCF.

    Parameters
    ----------
    vcf : VcfFile
        The file.
    axis : GenomeAxis
        Axis of the contigs of the runs.

    Yields
    ------
    Batch
        Alleles of consecutive records, in the order of the file.

    Raises
    ------
    InputError
        A line is malformed, or the file is truncated or damaged.
    """
    batch = Batch()
    for record in vcf.records():
        contig = axis.resolver.resolve(record.chrom)
        alleles: list[int | AlleleStatus] = []
        for number in range(len(record.alts)):
            place = allele_place(record, number, contig, axis)
            if isinstance(place, AlleleStatus):
                alleles.append(place)
                continue
            alleles.append(len(batch))
            batch.add(_fields(record, number), *place)
        batch.records.append(PlacedRecord(record, tuple(alleles)))
        if batch.is_full:
            yield batch
            batch = Batch()
    if batch.records:
        yield batch


def allele_place(
    record: VcfRecord, number: int, contig: str | None, axis: GenomeAxis
) -> tuple[int, int] | AlleleStatus:
    """Find the reference bases that an allele changes.

    Parameters
    ----------
    record : VcfRecord
        The record.
    number : int
        Index of the allele in ALT.
    contig : str or None
        The runs' name of its contig; None if they lack it.
    axis : GenomeAxis
        Axis of the contigs of the runs.

    Returns
    -------
    tuple of (int, int), or AlleleStatus
        Start and end on the axis, half-open; equal for an insertion. Otherwise why there is no place.
    """
    if contig is None:
        return AlleleStatus.NO_CONTIG
    length = axis.resolver.contigs[contig]
    if record.start < 0 or record.end > length:
        return AlleleStatus.PAST_END
    alt = record.alts[number]
    if alt == MISSING:
        return AlleleStatus.NO_ALT if len(record.alts) == 1 else AlleleStatus.MISSING_ALLELE
    if alt in _NOT_VARIANT:
        return AlleleStatus.NO_ALT
    if alt == "*":
        return AlleleStatus.STAR
    start, end = _symbolic_interval(record, number) if alt.startswith("<") else _changed_interval(record, alt)
    return AlleleStatus.PAST_END if end > length else (axis.offset(contig) + start, axis.offset(contig) + end)


def _changed_interval(record: VcfRecord, alt: str) -> tuple[int, int]:
    """Trim letters that REF and ALT share, at the end and then at the start. A breakend has the bases of REF."""
    ref = record.ref.upper()
    if not (_LETTERS.fullmatch(ref) and _LETTERS.fullmatch(alt)):
        return record.start, record.end
    variant = Variant(record.chrom, record.start, ref, alt.upper())
    change = normalize(variant, lambda _, start, end: ref[start - record.start : end - record.start], record.start)
    return change.start, change.end


def _symbolic_interval(record: VcfRecord, number: int) -> tuple[int, int]:
    """Read the interval of a symbolic allele such as <DEL> from END or SVLEN. POS is the base before it."""
    start, info = record.start + 1, record.columns[7]
    if record.alts[number].upper().startswith("<INS"):
        return start, start
    if match := _END.search(info):
        return start, max(start, int(match[1]))
    lengths = _LENGTHS.search(info)
    values = lengths[1].split(b",") if lengths else []
    digits = values[number].lstrip(b"-") if number < len(values) else b""
    if digits.isdigit() and len(digits) <= 15:
        return start, start + int(digits)
    return record.start, record.end


def _fields(record: VcfRecord, number: int) -> tuple[str, ...]:
    """Return the columns of an allele for the table."""
    chrom, position, name, ref = (column.decode("utf-8", "replace") for column in record.columns[:4])
    alt = record.columns[4].split(b",")[number].decode("utf-8", "replace")
    return chrom, position, name or MISSING, ref or MISSING, alt or MISSING
