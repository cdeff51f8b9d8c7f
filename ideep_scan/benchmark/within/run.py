"""Run of the benchmark inside transcripts: score the ground once, judge by every list of peaks, write the report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from ideep_scan.benchmark.within.anchors import read_profile_anchors
from ideep_scan.benchmark.within.evaluation import Judgement
from ideep_scan.benchmark.within.ground import Ground, lay_ground
from ideep_scan.benchmark.within.models import open_models, plan_scoring, score_groups
from ideep_scan.benchmark.within.panel import Panel, Subject, find_subjects
from ideep_scan.benchmark.within.report import Coverage, Means, ReportData, write_report
from ideep_scan.benchmark.within.settings import WithinSettings
from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.peak_lists import find_peak_files, read_peak_lists
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.source_date import read_source_date
from ideep_scan.models.scorer import use_threads
from ideep_scan.train.regions import HELD_OUT, VALIDATION


@dataclass(frozen=True)
class WithinSummary:
    """Outcome of a run.

    Attributes
    ----------
    out : Path
        Folder of the results.
    lists : int
        Number of lists that judged a model.
    positions : int
        Number of scored positions.
    means : tuple of Means
        Means of each predictor, as in the report.
    seconds : float
        Duration of the run.
    """

    out: Path
    lists: int
    positions: int
    means: tuple[Means, ...]
    seconds: float


class StepMonitor(Protocol):
    """Observer of a run."""

    def begins(self, steps: int, notes: Sequence[str]) -> None:
        """Receive the number of steps and the notes, before scoring starts."""
        ...

    def advance(self, steps: int) -> None:
        """Receive the number of steps that are done since the last call: positions scored, or lists judged."""
        ...


def run(settings: WithinSettings, monitor: StepMonitor) -> WithinSummary:
    """Judge models by the peaks of CLIP experiments inside transcripts.

    Parameters
    ----------
    settings : WithinSettings
        Settings of the run.
    monitor : StepMonitor
        Observer that gets the progress.

    Returns
    -------
    WithinSummary
        Outcome of the run.

    Raises
    ------
    IdeepScanError
        An input is unusable, or an output cannot be written. Finished scores stay stored.
    """
    started = time.monotonic()
    settings.check()
    read_source_date()  # a wrong one is an error before the scores
    if find_spec("matplotlib") is None:
        raise IdeepScanError("benchmark needs matplotlib: pip install 'ideep-scan[train]'")
    check_inputs(settings)
    with Spool() as spool:
        return _run(spool_inputs(settings, spool), monitor, started)


def _run(settings: WithinSettings, monitor: StepMonitor, started: float) -> WithinSummary:
    paths = find_peak_files(settings.data)
    anchors = {} if settings.anchors is None else read_profile_anchors(settings.anchors)
    with ExitStack() as stack:
        models = open_models(settings.model)
        genome = open_genome(settings.fasta, settings.gtf, stack)
        assert genome.annotation is not None
        lists = read_peak_lists(paths, genome.resolver, _list_contigs(genome.resolver))
        everything = lay_ground(genome.source, genome.resolver, genome.annotation.transcripts, models[0].bundle.spec)
        subjects, is_judged = find_subjects(models, lists, everything)
        if not subjects:
            raise InputError("no list of peaks judges a model on the held-out regions of hg19", settings.data)
        is_bound = np.asarray(is_judged.any(axis=0))
        ground = everything.select(is_bound)[0]
        groups = plan_scoring(models, ground, is_judged[:, is_bound])
        monitor.begins(sum(group.positions for group in groups) + len(subjects), ())
        use_threads(1)
        scores = score_groups(groups, genome, settings.out, monitor.advance)
        panel = Panel(genome, ground, lists, models, scores)
        judgements: list[Judgement] = []
        for subject in subjects:
            judgements += panel.judge(subject, settings.seed)
            monitor.advance(1)
        digests = {"genome": genome.source.digest(), "annotation": str(genome.annotation_digest)}
    coverage = _describe_regions(everything, ground, subjects)
    means = write_report(settings.out, ReportData(judgements, coverage, anchors, digests))
    return WithinSummary(settings.out, len(subjects), len(ground), means, time.monotonic() - started)


def _list_contigs(resolver: ContigResolver) -> list[str]:
    """List the contigs of the genome that hold held-out or validation regions."""
    contigs = (resolver.resolve(name) for name, _, _ in (*HELD_OUT, *VALIDATION))
    return [contig for contig in contigs if contig is not None]


def _describe_regions(everything: Ground, ground: Ground, subjects: Sequence[Subject]) -> list[Coverage]:
    """Describe how much sequence and how many peaks each held-out region offers."""
    peaks = dict.fromkeys((name for name, _, _ in HELD_OUT), 0)
    for subject in subjects:
        rows = ground.find_rows(ground.find_points(subject.peaks.list_points))
        for name, count in _count(ground, rows).items():
            peaks[name] += count
    scored, judged = _count(everything, np.arange(len(everything))), _count(ground, np.arange(len(ground)))
    genes = {name: ground.contigs.count(name) for name in peaks}
    return [
        Coverage(name, start, end, scored.get(name, 0), judged.get(name, 0), genes=genes[name], peaks=peaks[name])
        for name, start, end in HELD_OUT
    ]


def _count(ground: Ground, rows: np.ndarray) -> Mapping[str, int]:
    """Count rows by contig."""
    names, counts = np.unique(np.array(ground.contigs, object)[ground.genes[rows]].astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))
