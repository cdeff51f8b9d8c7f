"""Read the alleles of a VCF in batches, each as the reference bases that it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ideep_scan.formats.variants.vcf import MISSING, VcfFile, VcfRecord, absent_allele, as_bytes
from ideep_scan.jobs.intersect.batch import Batch, PlacedRecord
from ideep_scan.jobs.intersect.finished_runs import AxisContig, GenomeAxis
from ideep_scan.records.variant import Variant
from ideep_scan.records.variant_effect import Status
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
        contig, alts = axis.contig(record.chrom), record.alts
        alleles: list[int | Status] = []
        for number, alt in enumerate(alts):
            place = record_status(record, contig) or _allele_interval(record, alts, number)
            if isinstance(place, tuple) and contig is not None and place[1] <= contig.length:
                alleles.append(len(batch))
                batch.add(_fields(record, alt), contig.offset + place[0], contig.offset + place[1])
            else:
                alleles.append(place if isinstance(place, Status) else Status.PAST_END)
        batch.add_record(PlacedRecord(record, tuple(alleles)))
        if batch.is_full:
            yield batch
            batch = Batch()
    if batch.records:
        yield batch


def record_status(record: VcfRecord, contig: AxisContig | None) -> Status | None:
    """Tell why a record has no place.

    Parameters
    ----------
    record : VcfRecord
        The record.
    contig : AxisContig or None
        Its contig; None if the runs lack it.

    Returns
    -------
    Status or None
        `NO_CONTIG` or `PAST_END`; None if the record lies on a contig.
    """
    if contig is None:
        return Status.NO_CONTIG
    return Status.PAST_END if record.start < 0 or record.end > contig.length else None


def _allele_interval(record: VcfRecord, alts: Sequence[str], number: int) -> tuple[int, int] | Status:
    """Find the reference bases that an allele changes, or why there are none. An insertion is an empty interval."""
    alt = alts[number]
    if status := absent_allele(alt, len(alts)):
        return status
    if alt in _NOT_VARIANT:
        return Status.NO_ALT
    return _symbolic_interval(record, alt, number) if alt[0] == "<" else _changed_interval(record, alt)


def _changed_interval(record: VcfRecord, alt: str) -> tuple[int, int]:
    """Trim letters that REF and ALT share, at the end and then at the start. A breakend has the bases of REF."""
    ref = record.ref.upper()
    if len(ref) == len(alt) == 1 or not (_LETTERS.fullmatch(ref) and _LETTERS.fullmatch(alt)):
        return record.start, record.end
    variant = Variant(record.chrom, record.start, ref, alt.upper())
    change = normalize(variant, lambda _, start, end: ref[start - record.start : end - record.start], record.start)
    return change.start, change.end


def _symbolic_interval(record: VcfRecord, alt: str, number: int) -> tuple[int, int]:
    """Read the interval of a symbolic allele such as <DEL> from END or SVLEN. POS is the base before it."""
    start, info = record.start + 1, record.columns[7]
    if alt.upper().startswith("<INS"):
        return start, start
    if match := _END.search(info):
        return start, max(start, int(match[1]))
    lengths = _LENGTHS.search(info)
    values = lengths[1].split(b",") if lengths else []
    digits = values[number].lstrip(b"-") if number < len(values) else b""
    if digits.isdigit() and len(digits) <= 15:
        return start, start + int(digits)
    return record.start, record.end


def _fields(record: VcfRecord, alt: str) -> tuple[str, ...]:
    """Return the columns of an allele for the table."""
    chrom, position, name, ref = (column.decode("utf-8", "replace") for column in record.columns[:4])
    return chrom, position, name or MISSING, ref or MISSING, as_bytes(alt).decode("utf-8", "replace")
