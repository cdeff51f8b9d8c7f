"""Sites of finished runs that variants or intervals overlap.

Sites are held in memory, about 450 bytes each with three motif hits. Variants and intervals are read in batches.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TextIO

import numpy as np

from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.intersect.batch import Batch
from ideep_scan.jobs.intersect.finished_runs import genome_axis, open_runs, read_models
from ideep_scan.jobs.intersect.inputs import open_input
from ideep_scan.jobs.intersect.model_sites import ModelSites
from ideep_scan.jobs.intersect.outputs import open_output
from ideep_scan.jobs.intersect.settings import IntersectSettings
from ideep_scan.jobs.piped_inputs import spool_inputs
from ideep_scan.records.site_overlap import SiteOverlap

_ROWS = 1 << 16  # described at once


@dataclass(frozen=True, slots=True)
class IntersectSummary:
    """Result of an intersection.

    Attributes
    ----------
    out : Path or None
        Table or VCF; None for standard output.
    noun : str
        Name of a row of the input: "interval" or "record".
    inputs : int
        Intervals or records that were looked up.
    overlapping : int
        Intervals or records that overlap a site.
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
    noun: str
    inputs: int
    overlapping: int
    rows: int
    sites: int
    notes: tuple[str, ...]
    seconds: float


class IntervalMonitor(Protocol):
    """Observer of an intersection."""

    def advance(self, inputs: int) -> None:
        """Take note that more intervals or records are done."""
        ...


def run(settings: IntersectSettings, monitor: IntervalMonitor, stream: TextIO) -> IntersectSummary:
    """Find the sites that variants or intervals overlap.

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
        Number of inputs and overlaps.

    Raises
    ------
    IdeepScanError
        A run or the input is unusable, or the output cannot be written. No file appears then.
    """
    started = time.monotonic()
    settings.check()
    runs = open_runs(settings.runs)
    axis = genome_axis(runs)
    with ExitStack() as stack:
        settings = spool_inputs(settings, stack.enter_context(Spool()), ("intervals",))
        file = InputFile(settings.intervals)
        source = open_input(file.path, axis, out=settings.out)
        models = list(read_models(runs, axis))
        output = stack.enter_context(open_output(settings.out, stream, source, runs=runs))
        inputs = 0
        for batch in source.batches:
            output.add(batch, _overlaps(batch, models))
            inputs += batch.inputs
            monitor.advance(batch.inputs)
        file.check()
    sites = sum(map(len, models))
    return IntersectSummary(
        settings.out,
        source.noun,
        inputs,
        output.overlapping,
        output.rows,
        sites=sites,
        notes=(*source.notes(), *_result_notes(sites, output.overlapping, source.noun)),
        seconds=time.monotonic() - started,
    )


def _overlaps(batch: Batch, models: Sequence[ModelSites]) -> Iterator[tuple[int, list[SiteOverlap]]]:
    """Yield index and overlaps of each interval that overlaps a site; overlaps in the order of the models."""
    queries = batch.queries()
    matches = [model.matches(queries) for model in models]
    owners = np.concatenate([np.zeros(0, np.int64), *(match.queries for match in matches)])
    parts = np.bincount(owners, minlength=len(batch)).cumsum() // _ROWS
    edges = [0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(batch)]
    for first, last in pairwise(edges):
        overlaps: dict[int, list[SiteOverlap]] = {}
        for model, match in zip(models, matches, strict=True):
            part = match.of_queries(first, last)
            for owner, overlap in zip(part.queries.tolist(), model.describe(queries, part), strict=True):
                overlaps.setdefault(owner, []).append(overlap)
        yield from sorted(overlaps.items())


def _result_notes(sites: int, overlapping: int, noun: str) -> tuple[str, ...]:
    """Explain an empty result."""
    if not sites:
        return ("no model of the runs has a site",)
    return () if overlapping else (f"no {noun} overlaps a site",)
