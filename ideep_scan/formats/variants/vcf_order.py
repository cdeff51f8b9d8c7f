"""Detect whether the records of a VCF are sorted as an index needs them."""

from __future__ import annotations

from ideep_scan.formats.variants.vcf import VcfRecord


class RecordOrder:
    """Watch the order of records.

    Attributes
    ----------
    is_sorted : bool
        True while every contig is in one piece, and positions ascend in it.
    repeats : int
        Number of records with place, REF and ALT of one before them at the same place.
    """

    def __init__(self) -> None:
        self.is_sorted = True
        self.repeats = 0
        self._alleles: set[tuple[bytes, ...]] = set()
        self._contigs: set[str] = set()
        self._chrom = ""
        self._start = 0

    @property
    def contigs(self) -> frozenset[str]:
        """Names of the contigs so far."""
        return frozenset(self._contigs)

    def add(self, record: VcfRecord) -> None:
        """Take note of the next record.

        Parameters
        ----------
        record : VcfRecord
            The record.
        """
        if (record.chrom, record.start) != (self._chrom, self._start):
            self._alleles.clear()
        alleles = record.columns[3:5]
        self.repeats += alleles in self._alleles
        self._alleles.add(alleles)
        if record.chrom != self._chrom:
            self.is_sorted &= record.chrom not in self._contigs
            self._contigs.add(record.chrom)
        elif record.start < self._start:
            self.is_sorted = False
        self._chrom, self._start = record.chrom, record.start
