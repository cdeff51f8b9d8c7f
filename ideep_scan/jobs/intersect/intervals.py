"""Read the intervals of a BED in batches, placed on the axis of the runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.jobs.intersect.model_sites import BOTH, Queries
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.span import STRANDS, Strand

_MAX_ROWS = 4096  # of a batch
_MAX_BASES = 1 << 24  # of a batch, because long intervals overlap many sites


class Batch:
    """Consecutive intervals or alleles, placed on the axis of the runs.

    Attributes
    ----------
    fields : list of tuple of str
        Columns of each, for the table.
    """

    def __init__(self) -> None:
        self.fields: list[tuple[str, ...]] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._strands: list[int] = []
        self._bases = 0

    def __len__(self) -> int:
        return len(self.fields)

    @property
    def is_full(self) -> bool:
        """True if it is time to look up the batch."""
        return len(self) >= _MAX_ROWS or self._bases >= _MAX_BASES

    def add(self, fields: tuple[str, ...], start: int, end: int, strand: Strand | None = None) -> None:
        """Append an interval of the axis; a strand of None overlaps sites of both strands."""
        self.fields.append(fields)
        self._starts.append(start)
        self._ends.append(end)
        self._strands.append(BOTH if strand is None else STRANDS.index(strand))
        self._bases += end - start

    def queries(self) -> Queries:
        """Return the places as arrays."""
        return Queries(
            np.array(self._starts, np.int64), np.array(self._ends, np.int64), np.array(self._strands, np.int8)
        )


def read_bed_batches(path: Path, axis: GenomeAxis, exclusions: Exclusions) -> Iterator[Batch]:
    """Read the intervals of a BED.

    Parameters
    ----------
    path : Path
        The BED.
    axis : GenomeAxis
        Axis of the contigs of the runs.
    exclusions : Exclusions
        Counts the intervals that are left out: malformed, past the end of a contig, or on another contig.

    Yields
    ------
    Batch
        Intervals in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read as text or has no interval, or too few intervals can be used.
    """
    resolver, batch, used = axis.resolver, Batch(), 0
    for line, name, start, end, strand, label in read_bed_intervals(path, exclusions):
        chrom = resolver.resolve(name)
        if chrom is None:
            exclusions.add(f"on contigs that the run lacks (it has {resolver.style()})", name, line, unusable=False)
            continue
        if end > resolver.contigs[chrom]:
            exclusions.add("past the end of its contig", f"{name}:{start + 1}-{end}", line)
            continue
        if doubt := resolver.doubt(name):
            exclusions.remark(doubt, f"{name}:{start + 1}-{end}", line)
        used += 1
        offset = axis.offset(chrom)
        batch.add((name, str(start), str(end), label or ".", strand or "."), offset + start, offset + end, strand)
        if batch.is_full:
            yield batch
            batch = Batch()
    if batch:
        yield batch
    exclusions.check(used)
    if not used:
        raise InputError("has no interval; give a BED with at least one", path)
