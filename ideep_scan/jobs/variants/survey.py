"""First pass over a VCF: check every line and every REF before scoring starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import VcfFile, VcfRecord, as_text
from ideep_scan.formats.variants.vcf_effects import KEYS, RBP
from ideep_scan.formats.variants.vcf_order import RecordOrder
from ideep_scan.jobs.variants.allele_reader import AlleleReader, PlacedRecord
from ideep_scan.records.variant_effect import Status
from track_hubs.assemblies import find_candidates, find_ucsc_name, ucsc_hosts

_UNUSABLE = (Status.NO_CONTIG, Status.REF_MISMATCH)
_STRICT = (*_UNUSABLE, Status.PAST_END)
_PREFIX = RBP.encode()  # all keys begin with it
_NAMING = ("reference", "assembly", "contig")  # header lines that may name the assembly


@dataclass(frozen=True)
class Survey:
    """A VCF that can be scored.

    Attributes
    ----------
    records : int
        Number of records.
    is_sorted : bool
        Whether contigs are in one piece each, and positions ascend in them.
    notes : tuple of str
        Remarks for the user, one line each.
    statuses : mapping of Status to int
        Number of records whose first allele is not scored, by the reason.
    first : mapping of Status to str
        First record on another contig, past an end, or with another REF, in words.
    repeats : int
        Number of records with place, REF and ALT of one before them at the same place.
    contigs : frozenset of str
        Contigs of the records, by their names in the file.
    """

    records: int
    is_sorted: bool
    notes: tuple[str, ...]
    statuses: Mapping[Status, int] = field(default_factory=dict, compare=False)
    first: Mapping[Status, str] = field(default_factory=dict, compare=False)
    repeats: int = field(default=0, compare=False)
    contigs: frozenset[str] = field(default=frozenset(), compare=False)


def survey(vcf: VcfFile, reader: AlleleReader, resolver: ContigResolver, *, strict: bool) -> Survey:
    """Read all records once.

    Parameters
    ----------
    vcf : VcfFile
        The file.
    reader : AlleleReader
        Places alleles on the FASTA.
    resolver : ContigResolver
        The contigs of the FASTA.
    strict : bool
        Raise an error at the first record on another contig, past an end, or with another REF.

    Returns
    -------
    Survey
        Number and order of the records.

    Raises
    ------
    InputError
        A line is malformed, or more than half of the records do not fit the FASTA.
    """
    order, records = RecordOrder(), 0
    earlier = _keys_of_header(vcf)
    counts: Counter[Status] = Counter()
    first: dict[Status, str] = {}
    doubts: Counter[str] = Counter()
    for record in vcf.records():
        records += 1
        order.add(record)
        earlier |= _keys_of_record(record)
        placed = reader.place(record)
        status = placed.alleles[0]
        if isinstance(status, Status):
            counts[status] += 1
            if status in _STRICT and status not in first:
                first[status] = _describe(placed, status, reader)
                if strict:
                    raise InputError(f"{first[status]}; correct it, or run without --strict", vcf.path, record.line)
        doubt = resolver.doubt(record.chrom)
        if doubt is not None:
            doubts[doubt] += 1
    if sum(counts[status] for status in _UNUSABLE) * 2 > records:
        raise _wrong_assembly(vcf, resolver, counts, first=first, records=records)
    notes = [f"{vcf.path.name}: {count:,} records lie {doubt}" for doubt, count in doubts.items()]
    return Survey(
        records,
        order.is_sorted,
        (*_earlier_notes(vcf, earlier), *notes),
        counts,
        first,
        repeats=order.repeats,
        contigs=order.contigs,
    )


def _describe(placed: PlacedRecord, status: Status, reader: AlleleReader) -> str:
    """Describe the first record with a status."""
    record = placed.record
    place = f"{record.chrom}:{record.start + 1}"
    if status is Status.REF_MISMATCH and placed.contig is not None:
        letters = reader.letters(placed.contig, record.start, record.end)
        return f"at {place} the FASTA has {_shorten(letters)}, not {_shorten(record.ref)}"
    return f"{place}: {status.reason}"


def _wrong_assembly(
    vcf: VcfFile, resolver: ContigResolver, counts: Mapping[Status, int], *, first: Mapping[Status, str], records: int
) -> InputError:
    """Make the error for a VCF of another assembly than the FASTA."""
    parts = [f"{status.value} {counts[status]:,} ({first[status]})" for status in _UNUSABLE if counts[status]]
    total = sum(counts[status] for status in _UNUSABLE)
    fasta, other = find_candidates(resolver.contigs), assemblies_of(vcf)
    description = f"the FASTA is {' or '.join(fasta)}" if fasta else f"the FASTA has {resolver.style()}"
    if other and set(other).isdisjoint(fasta):
        remedy = f"the header of the VCF fits {' or '.join(other)}: give the FASTA of {other[0]}, or lift the VCF over"
    else:
        remedy = "give the FASTA that the VCF was made with"
    kind = ContigMismatch if counts[Status.NO_CONTIG] > counts[Status.REF_MISMATCH] else InputError
    return kind(
        f"{total:,} of {records:,} records do not fit the FASTA: {', '.join(parts)}; {description}; {remedy}; "
        "no output is written",
        vcf.path,
    )


def assemblies_of(vcf: VcfFile) -> list[str]:
    """List the assemblies that the header of a VCF fits, by contig lengths or else by names in it.

    Parameters
    ----------
    vcf : VcfFile
        The file.

    Returns
    -------
    list of str
        Names as UCSC has them.
    """
    by_length = find_candidates(vcf.header.contigs)
    if by_length:
        return by_length
    words = [word for key in _NAMING for value in vcf.header.values(key) for word in re.findall(r"[A-Za-z0-9]+", value)]
    names = [word if ucsc_hosts(word) else find_ucsc_name(word) for word in words]
    return list(dict.fromkeys(name for name in names if name is not None))


def _keys_of_header(vcf: VcfFile) -> set[str]:
    """Find our keys among those that the header defines."""
    starts = {key: f"##INFO=<ID={key},".encode() for key in KEYS}
    return {key for key, start in starts.items() if any(line.startswith(start) for line in vcf.header.lines)}


def _keys_of_record(record: VcfRecord) -> set[str]:
    """Find our keys in the INFO of a record."""
    info = record.columns[7]
    if _PREFIX not in info:
        return set()
    return {as_text(part.partition(b"=")[0]) for part in info.split(b";")} & set(KEYS)


def _earlier_notes(vcf: VcfFile, keys: Collection[str]) -> tuple[str, ...]:
    """Report keys of an earlier run or of another program, which are replaced."""
    names = ", ".join(key for key in KEYS if key in keys)
    return (f"{vcf.path.name}: {names} in INFO are replaced",) if names else ()


def _shorten(letters: str) -> str:
    return letters if len(letters) <= 20 else f"{letters[:20]}..."
