"""Consecutive intervals, or alleles of consecutive records, that are looked up together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.intersect.model_sites import BOTH, Queries
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.records.variant_effect import Status


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """A record with its alleles in a batch.

    Attributes
    ----------
    record : VcfRecord
        The record.
    alleles : tuple of int or Status
        For each alternate allele its index in the batch, or why it has no place.
    """

    record: VcfRecord
    alleles: tuple[int | Status, ...]


class Batch:
    """Intervals or alleles, placed on the axis of the runs.

    Attributes
    ----------
    fields : list of tuple of str
        Columns of each, for the table.
    records : list of PlacedRecord
        Records of a VCF; empty for a BED.
    """

    MAX_ROWS = 4096
    MAX_BASES = 1 << 24  # long intervals overlap many sites
    MAX_BYTES = 1 << 24  # of samples

    def __init__(self) -> None:
        self.fields: list[tuple[str, ...]] = []
        self.records: list[PlacedRecord] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._strands: list[int] = []
        self._bases = 0
        self._bytes = 0

    def __len__(self) -> int:
        return len(self.fields)

    @property
    def inputs(self) -> int:
        """Number of rows of the file."""
        return len(self.records) or len(self)

    @property
    def is_full(self) -> bool:
        """True if it is time to look up the batch."""
        rows = max(len(self), len(self.records))
        return rows >= self.MAX_ROWS or self._bases >= self.MAX_BASES or self._bytes >= self.MAX_BYTES

    def add(self, fields: tuple[str, ...], start: int, end: int, strand: Strand | None = None) -> None:
        """Append an interval of the axis; a strand of None overlaps sites of both strands."""
        self.fields.append(fields)
        self._starts.append(start)
        self._ends.append(end)
        self._strands.append(BOTH if strand is None else STRANDS.index(strand))
        self._bases += end - start

    def add_record(self, placed: PlacedRecord) -> None:
        """Append a record whose alleles were added."""
        self.records.append(placed)
        self._bytes += len(placed.record.genotypes)

    def queries(self) -> Queries:
        """Return the places as arrays."""
        return Queries(
            np.array(self._starts, np.int64), np.array(self._ends, np.int64), np.array(self._strands, np.int8)
        )
