"""Read the intervals of a BED in batches, placed on the axis of the runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_intervals import read_bed_intervals
from ideep_scan.jobs.intersect.batch import Batch
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.records.exclusions import Exclusions

_GAP = "whose end is its start, read as the gap before that base (if starts count from 1, subtract 1 from them)"


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
    batch, used = Batch(), 0
    for line, name, start, end, strand, label in read_bed_intervals(path, exclusions, with_gaps=True):
        contig = axis.contig(name)
        if contig is None:
            reason = f"on contigs that the run lacks (it has {axis.resolver.style()})"
            exclusions.add(reason, name, line, unusable=False)
            continue
        if end > contig.length:
            exclusions.add("past the end of its contig", f"{name}:{start + 1}-{end}", line)
            continue
        if contig.doubt:
            exclusions.remark(contig.doubt, f"{name}:{start + 1}-{end}", line)
        if start == end:
            exclusions.remark(_GAP, f"{name}:{start}", line)
        used += 1
        fields = name, str(start), str(end), label or ".", strand or "."
        batch.add(fields, contig.offset + start, contig.offset + end, strand)
        if batch.is_full:
            yield batch
            batch = Batch()
    if batch:
        yield batch
    exclusions.check(used)
    if not used:
        raise InputError("has no interval; give a BED with at least one", path)
