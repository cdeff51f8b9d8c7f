"""Check VCF and BCF files: records, order, and REF against the genome."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.jobs.check.containers import check_bgzip
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import Reference, compare_lengths, report_spellings
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.survey import Survey, assemblies_of, survey
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.records.variant_effect import Status

_CODES = {
    Status.REF_MISMATCH: "ref-mismatch",
    Status.NO_CONTIG: "contig-missing",
    Status.PAST_END: "past-end",
}


class UnknownBases:
    """Sequence of a genome that is not given: every base is unknown."""

    contigs: ClassVar[dict[str, int]] = {}

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Return unknown bases."""
        return np.full(end - start, UNKNOWN, np.int8)


def check_vcf(report: FileReport, reference: Reference) -> None:
    """Check a VCF or BCF.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    reference : Reference
        Genome to compare with. Without sequence, REF is not compared.
    """
    try:
        vcf = VcfFile(report.path)
        check_bgzip(report)
        compare_lengths(report, vcf.header.contigs, reference)
        source = UnknownBases() if reference.source is None else reference.source
        reader = AlleleReader(reference.resolver, source)
        result = survey(vcf, reader, reference.resolver, strict=False)
    except InputError as error:
        report.add_error(error, "other-assembly" if "do not fit the FASTA" in error.message else "unreadable")
        return
    report.facts |= {
        "records": result.records,
        "samples": len(vcf.header.samples),
        "assembly": " or ".join(assemblies_of(vcf)) or None,
    }
    if not result.records:
        report.add("no-records", "has no records")
    if not result.is_sorted:
        report.add("unsorted", "the records are not sorted by contig and position")
    if result.repeats:
        report.add("repeated-record", f"{result.repeats:,} records repeat one before them", count=result.repeats)
    report_spellings(report, result.contigs, reference)
    for note in result.notes:
        text = note.removeprefix(f"{report.path.name}: ")
        report.add("info-replaced" if text.endswith("are replaced") else "changed-records", text)
    _check_statuses(report, result, reference)


def _check_statuses(report: FileReport, result: Survey, reference: Reference) -> None:
    """Report records that do not fit the genome, and those that are not scored."""
    statuses = dict(result.statuses)
    if reference.source is None:
        statuses.pop(Status.UNKNOWN_BASES, None)
    else:
        compared = result.records - statuses.get(Status.NO_CONTIG, 0) - statuses.get(Status.PAST_END, 0)
        if compared:
            report.facts["REF as in the genome"] = 1 - statuses.get(Status.REF_MISMATCH, 0) / compared
    for status, count in statuses.items():
        example = f", the first: {result.first[status]}" if status in result.first else ""
        text = f"{count:,} of {result.records:,} records: {status.reason}{example}"
        report.add(_CODES.get(status, "not-scored"), text, count=count)
