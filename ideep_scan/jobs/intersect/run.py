"""Sites of finished runs that variants or intervals overlap.

Sites are held in memory, about 250 bytes each with their motif hits. Variants and intervals are read in batches.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Protocol, TextIO

import numpy as np

from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.overlap_table import INTERVAL_COLUMNS, OverlapTable
from ideep_scan.formats.spool import Spool
from ideep_scan.formats.text_output import text_output
from ideep_scan.jobs.intersect.finished_runs import genome_axis, open_runs, read_models
from ideep_scan.jobs.intersect.intervals import Batch, read_bed_batches
from ideep_scan.jobs.intersect.model_sites import ModelSites
from ideep_scan.jobs.intersect.settings import IntersectSettings
from ideep_scan.jobs.piped_inputs import spooled
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.site_overlap import SiteOverlap

_ROWS = 1 << 16  # described at once


@dataclass(frozen=True, slots=True)
class IntersectSummary:
    """Result of an intersection.

    Attributes
    ----------
    out : Path or None
        Table; None for standard output.
    intervals : int
        Intervals that were looked up.
    overlapping : int
        Intervals that overlap a site.
    rows : int
        Overlaps.
    sites : int
        Sites of all models.
    notes : tuple of str
        Remarks on the input and the result.
    seconds : float
        Wall time.
    """

    out: Path | None
    intervals: int
    overlapping: int
    rows: int
    sites: int
    notes: tuple[str, ...]
    seconds: float


class IntervalMonitor(Protocol):
    """Observer of an intersection."""

    def advance(self, intervals: int) -> None:
        """Take note that more intervals are done."""
        ...


def run(settings: IntersectSettings, monitor: IntervalMonitor, stream: TextIO) -> IntersectSummary:
    """Find the sites that intervals overlap.

    Parameters
    ----------
    settings : IntersectSettings
        Settings of the intersection.
    monitor : IntervalMonitor
        Observer of the progress.
    stream : TextIO
        Stream for the table if the settings name no file.

    Returns
    -------
    IntersectSummary
        Number of intervals and overlaps.

    Raises
    ------
    IdeepScanError
        A run or the input is unusable, or the table cannot be written. No file appears then.
    """
    started = time.monotonic()
    settings.check()
    runs = open_runs(settings.runs)
    axis = genome_axis(runs)
    with ExitStack() as stack:
        settings = spooled(settings, stack.enter_context(Spool()), ("intervals",))
        file = InputFile(settings.intervals)
        models = list(read_models(runs, axis))
        exclusions = Exclusions(file.path, "interval")
        reader = read_bed_batches(file.path, axis, exclusions)
        batches = chain([next(reader)], reader)  # if nothing can be used, this raises before a header is written
        table = OverlapTable(stack.enter_context(text_output(settings.out, stream)), INTERVAL_COLUMNS)
        intervals = overlapping = rows = 0
        for batch in batches:
            for fields, overlaps in _overlaps(batch, models):
                table.add(fields, overlaps)
                overlapping += 1
                rows += len(overlaps)
            intervals += len(batch)
            monitor.advance(len(batch))
        file.check()
    sites = sum(map(len, models))
    notes = (*exclusions.notes(), *_result_notes(sites, overlapping))
    return IntersectSummary(
        settings.out, intervals, overlapping, rows, sites=sites, notes=notes, seconds=time.monotonic() - started
    )


def _overlaps(batch: Batch, models: Sequence[ModelSites]) -> Iterator[tuple[tuple[str, ...], list[SiteOverlap]]]:
    """Yield columns and overlaps of each interval that overlaps a site; overlaps in the order of the models."""
    queries = batch.queries()
    matches = [model.matches(queries) for model in models]
    owners = np.concatenate([np.zeros(0, np.int64), *(each.queries for each in matches)])
    parts = np.bincount(owners, minlength=len(batch)).cumsum() // _ROWS
    edges = [0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(batch)]
    for first, last in pairwise(edges):
        overlaps: dict[int, list[SiteOverlap]] = {}
        for model, match in zip(models, matches, strict=True):
            part = match.of_queries(first, last)
            for owner, overlap in zip(part.queries.tolist(), model.describe(queries, part), strict=True):
                overlaps.setdefault(owner, []).append(overlap)
        yield from ((batch.fields[owner], overlaps[owner]) for owner in sorted(overlaps))


def _result_notes(sites: int, overlapping: int) -> tuple[str, ...]:
    """Explain an empty result."""
    if not sites:
        return ("no model of the runs has a site",)
    return () if overlapping else ("no interval overlaps a site",)
