"""Alleles of VCF records on the contigs of a FASTA, each a variant to score or the reason why it is not scored."""

from __future__ import annotations

from dataclasses import dataclass

from ideep_scan.features.sources import SequenceSource
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.variants.vcf import MISSING, VcfRecord, absent_allele
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.variant import Variant
from ideep_scan.records.variant_effect import Status
from ideep_scan.variants.normalization import normalize

LONGEST = 1000  # letters of REF or ALT, without those that both share at their ends
_BASES = frozenset("ACGT")


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """A record with its alleles on the FASTA.

    Attributes
    ----------
    record : VcfRecord
        The record.
    contig : str or None
        The FASTA's name of its contig; None if the FASTA lacks it.
    alleles : tuple of Variant or Status
        For each alternate allele the variant, or why there is none.
    """

    record: VcfRecord
    contig: str | None
    alleles: tuple[Variant | Status, ...]


class AlleleReader:
    """Place the alleles of records on a FASTA.

    Parameters
    ----------
    resolver : ContigResolver
        The contigs of the FASTA.
    source : SequenceSource
        Its bases.
    """

    def __init__(self, resolver: ContigResolver, source: SequenceSource):
        self._resolver = resolver
        self._source = source
        self._contigs: dict[str, str | None] = {}

    def place(self, record: VcfRecord) -> PlacedRecord:
        """Place one record.

        Parameters
        ----------
        record : VcfRecord
            The record.

        Returns
        -------
        PlacedRecord
            Its alleles, in the order of the record.
        """
        name = record.chrom
        if name not in self._contigs:
            self._contigs[name] = self._resolver.resolve(name)
        contig = self._contigs[name]
        if contig is None:
            return PlacedRecord(record, None, (Status.NO_CONTIG,) * len(record.alts))
        if record.start < 0 or record.end > self._resolver.contigs[contig]:
            return PlacedRecord(record, contig, (Status.PAST_END,) * len(record.alts))
        ref = _bases(record.ref)
        reference = self._reference_status(contig, record.start, ref)
        if reference is Status.REF_MISMATCH:
            return PlacedRecord(record, contig, (reference,) * len(record.alts))
        symbols = [_symbol_status(alt, len(record.alts)) for alt in record.alts]
        alleles = [
            symbol or reference or self._variant(contig, record.start, ref, alt=_bases(alt))
            for symbol, alt in zip(symbols, record.alts, strict=True)
        ]
        return PlacedRecord(record, contig, tuple(alleles))

    def letters(self, contig: str, start: int, end: int) -> str:
        """Read the DNA letters of `[start, end)` of a contig's plus strand; N for unknown bases."""
        return decode(self._source.codes(contig, start, end)).replace("U", "T")

    def _reference_status(self, contig: str, start: int, ref: str) -> Status | None:
        """Compare REF with the FASTA; None if they agree in known bases."""
        if ref == MISSING:
            return Status.MISSING_ALLELE
        letters = self.letters(contig, start, start + len(ref))
        if ref == letters and _BASES.issuperset(ref):
            return None
        pairs = ((a, b) for a, b in zip(ref, letters, strict=True) if a in _BASES and b in _BASES)
        return Status.REF_MISMATCH if any(a != b for a, b in pairs) else Status.UNKNOWN_BASES

    def _variant(self, contig: str, start: int, ref: str, *, alt: str) -> Variant | Status:
        if not _BASES.issuperset(alt):
            return Status.UNKNOWN_BASES
        variant = Variant(contig, start, ref, alt)
        if max(len(ref), len(alt)) > LONGEST:
            change = normalize(variant, self.letters, start)
            if max(len(change.ref), len(change.alt)) > LONGEST:
                return Status.TOO_LONG
        return variant


def _symbol_status(alt: str, count: int) -> Status | None:
    """Return the status of an allele that is not a sequence; None for a sequence."""
    if status := absent_allele(alt, count):
        return status
    if alt[0] in "<." or alt[-1] == "." or "[" in alt or "]" in alt:
        return Status.SYMBOLIC
    return None


def _bases(allele: str) -> str:
    return allele.upper().replace("U", "T")
