"""Detect whether the records of a VCF are sorted as an index needs them."""

from __future__ import annotations

from ideep_scan.formats.variants.vcf import VcfRecord


class RecordOrder:
    """Watch the order of records.

    Attributes
    ----------
    is_sorted : bool
        True while every contig is in one piece, and positions ascend in it.
    """

    def __init__(self) -> None:
        self.is_sorted = True
        self._contigs: set[str] = set()
        self._chrom = ""
        self._start = 0

    def add(self, record: VcfRecord) -> None:
        """Take note of the next record.

        Parameters
        ----------
        record : VcfRecord
            The record.
        """
        if record.chrom != self._chrom:
            self.is_sorted &= record.chrom not in self._contigs
            self._contigs.add(record.chrom)
        elif record.start < self._start:
            self.is_sorted = False
        self._chrom, self._start = record.chrom, record.start
