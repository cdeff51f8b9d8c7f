"""The scan: slide models over a genome or its transcripts, write tracks, sites, motif hits and a hub.

It connects rooms and computes nothing itself. A `Monitor` shows its progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ideep_scan.errors import OutputError
from ideep_scan.formats.scan_regions import check_regions
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.scan.background import ThreadPipeline
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate, estimate_scan
from ideep_scan.jobs.scan.extra_tracks import TrackMaker
from ideep_scan.jobs.scan.finish_files import FileFinisher
from ideep_scan.jobs.scan.model_writer import ModelWriter, make_writers
from ideep_scan.jobs.scan.outputs import ModelOutput, allow_open_files, open_store, publish
from ideep_scan.jobs.scan.preparation import PreparedScan, prepare_scan
from ideep_scan.jobs.scan.run_shards import RunShards, await_all, open_shards
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.jobs.scan.scoring_place import connect_cluster, make_scoring
from ideep_scan.jobs.scan.shard_recorder import ShardRecorder
from ideep_scan.jobs.scan.spliced_writer import SplicedWriter
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.scan_settings import CONTRIBUTIONS, SCORE, ScanSettings
from ideep_scan.jobs.site_summary import SiteSummary
from ideep_scan.models.scorer import scoring_pool, use_threads
from ideep_scan.scan.contribution_track import ContributionReader
from ideep_scan.scan.margins import ChunkScores, add_margins
from ideep_scan.scan.plan import CHUNK
from track_hubs.manifest import HubError

if TYPE_CHECKING:
    from ideep_scan.formats.score_store import ScoreStore
    from ideep_scan.jobs.cluster.address import Connection

PLAN = "plan"  # receipt with the digest of the plan
_QUEUED_CHUNKS = 2  # most chunks of each model whose scores wait to be written
_QUEUED_BYTES = 2**28  # of the scores that wait, unless one chunk has more
_SCORE_BYTES = 5  # of a position: score and driver
_GROUP = 16  # most models whose tracks of a chunk are one task: a task costs as much as a short track


@dataclass(frozen=True)
class Summary:
    """Result of a scan.

    Attributes
    ----------
    out : Path
        Folder of the results.
    positions : int
        Positions that have a score.
    called : tuple of SiteSummary
        Sites of each model.
    notes : tuple of str
        Remarks on inputs and models.
    seconds : float
        Wall time.
    hub : tuple of str
        Findings of the hub check, one line each.
    silent : str
        Number of genes that were not scanned because of their expression, in words.
    is_new : bool
        False if the run was complete before; `called` is empty then.
    of_transcripts : bool
        True if the records of a FASTA were scanned as transcripts; a page draws each.
    """

    out: Path
    positions: int
    called: tuple[SiteSummary, ...]
    notes: tuple[str, ...]
    seconds: float
    hub: tuple[str, ...] = ()
    silent: str = ""
    is_new: bool = True
    of_transcripts: bool = False

    @property
    def sites(self) -> dict[str, int]:
        """Map each model to its number of sites."""
        return {model.name: model.sites for model in self.called}


class Monitor(Protocol):
    """Observer of a scan."""

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """Take note that the inputs are open and scoring starts."""
        ...

    def advance(self, positions: int) -> None:
        """Take note that more positions of the plan are done."""
        ...

    def reports(self, state: str) -> None:
        """Take note of the state of a cluster, in words."""
        ...

    def closing(self, done: int, models: int) -> None:
        """Take note that scoring has ended and the files of `done` models are closed and checked."""
        ...


def run(settings: ScanSettings, monitor: Monitor, note: str | None = None, *, is_merge: bool = False) -> Summary:
    """Scan a genome.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    monitor : Monitor
        Observer of the progress.
    note : str, optional
        Line that every page of the run shows, e.g. that the genome is simulated.
    is_merge : bool
        Whether all shards must be finished already.

    Returns
    -------
    Summary
        Number of positions and sites, with remarks.

    Raises
    ------
    IdeepScanError
        An input is unusable, which is found before scoring starts, or an output cannot be written.
        No output file appears in either case. Finished shards stay, and `resume` goes on with them.
    """
    settings.check()
    check_regions(settings.regions)
    with ExitStack() as stack:
        folder = stack.enter_context(RunFolder(settings.out, settings.overwrite, settings.resume))
        cluster = connect_cluster(settings, stack)
        prepared = prepare_scan(settings, stack)
        shards = open_shards(prepared, settings.resume)
        complete = _find_complete_run(folder, shards)
        if complete is not None:
            return complete
        if is_merge:
            shards = await_all(shards)
        shards.folder.remove_unfinished()
        positions, called, hub = _write_run(folder, shards, monitor, stack, note=note, cluster=cluster)
        shards.folder.remove()
    return Summary(
        settings.out,
        positions,
        called,
        prepared.notes,
        folder.log.seconds,
        hub,
        prepared.silent,
        of_transcripts=settings.transcripts,
    )


def _write_run(
    folder: RunFolder,
    shards: RunShards,
    monitor: Monitor,
    stack: ExitStack,
    *,
    note: str | None,
    cluster: Connection | None,
) -> tuple[int, tuple[SiteSummary, ...], tuple[str, ...]]:
    """Score, write and publish; return scored positions, sites of each model, and findings of the hub check."""
    prepared, settings = shards.prepared, shards.prepared.settings
    threads = count_cores(settings.threads)
    use_threads(1)  # each thread scores one tile
    pool = stack.enter_context(scoring_pool(prepared.scorers[0].device, threads))
    expected = pool.submit(estimate, shards, threads).result()
    stack.enter_context(allow_open_files(len(prepared.bundles), settings.bigwigs))
    finisher = FileFinisher(folder.lock.descriptor)
    outputs = _open_outputs(prepared, folder, finisher, stack)
    models = _make_writers(prepared, outputs)
    monitor.begins(expected.after(folder.log.seconds), prepared.notes)
    positions, sites = _scan(
        shards,
        models,
        monitor,
        scoring=make_scoring(shards, monitor, stack, threads=threads, pool=pool, cluster=cluster),
        recorder=stack.enter_context(shards.record()),
        finisher=finisher,
        store=open_store(settings, folder, prepared.assembly, prepared.bundles, runner=finisher),
    )
    called = tuple(model.summarise(count, positions) for model, count in zip(models, sites, strict=True))
    folder.log.add(**prepared.log_facts(threads), shards=shards.log_facts())
    hub = publish(
        folder,
        prepared.genome,
        prepared.assembly,
        covered=prepared.covered,
        outputs=outputs,
        called=called,
        receipts={**prepared.receipts(positions, called), PLAN: shards.plan.digest},
        note=note or prepared.warning,
        contact=settings.email,
    )
    return positions, called, hub


def _make_writers(prepared: PreparedScan, outputs: Sequence[ModelOutput]) -> list[ModelWriter]:
    """Make the writer of each model, of sites on the genome or in isoforms."""
    isoforms = prepared.genome.isoforms
    writer: Callable[..., ModelWriter] = ModelWriter
    if isoforms is not None:
        writer = partial(SplicedWriter, isoforms=isoforms, half=prepared.evidence.featurizer.spec.half)
    return make_writers(
        outputs,
        prepared.thresholds,
        prepared.walked_strands,
        genes=prepared.genes,
        evidence=prepared.evidence,
        margins=prepared.margins,
        writer=writer,
    )


def _find_complete_run(folder: RunFolder, shards: RunShards) -> Summary | None:
    """Return the summary of the run that is complete in a folder; None if there is none or if it may be replaced.

    Raises
    ------
    OutputError
        The complete run is another one, and it may not be replaced.
    """
    settings = shards.prepared.settings
    if not (settings.resume and folder.holds_run):
        return None
    try:
        receipts = read_scan_manifest(settings.out).receipts
    except HubError:
        receipts = {}
    if receipts.get(PLAN) == shards.plan.digest:
        shards.folder.remove()
        return Summary(settings.out, receipts["positions"], (), shards.prepared.notes, 0.0, is_new=False)
    if not settings.overwrite:
        raise OutputError(
            f"{settings.out}: holds another run, which is complete: choose another folder (-o), or pass --overwrite"
        )
    return None


def estimate(shards: RunShards, threads: int) -> ScanEstimate:
    """Estimate the cost of a scan."""
    prepared = shards.prepared
    return estimate_scan(
        prepared.spans,
        prepared.genome.scored_bases,
        prepared.evidence.featurizer,
        prepared.scorers,
        walk_length=shards.walk_length,
        stride=prepared.settings.stride,
        remaining=shards.remaining,
        bigwigs=len(prepared.bundles) * len(prepared.settings.track_kinds),
        contributions=len(prepared.bundles) if CONTRIBUTIONS in prepared.settings.track_kinds else 0,
        threads=threads,
    )


def _open_outputs(
    prepared: PreparedScan, folder: RunFolder, finisher: FileFinisher, stack: ExitStack
) -> list[ModelOutput]:
    """Open the output files of each model."""
    settings = prepared.settings
    outputs = [
        stack.enter_context(
            ModelOutput(
                folder,
                bundle,
                prepared.assembly.sizes,
                strands=settings.strands,
                kinds=settings.bigwig_kinds,
                precision_meaning=threshold.precision_meaning,
                is_spliced=settings.spliced,
                runner=finisher,
            )
        )
        for bundle, threshold in zip(prepared.bundles, prepared.thresholds, strict=True)
    ]
    folder.expect(name for output in outputs for name in output.names)
    return outputs


def _scan(
    shards: RunShards,
    models: Sequence[ModelWriter],
    monitor: Monitor,
    *,
    scoring: ShardScoring,
    recorder: ShardRecorder,
    finisher: FileFinisher,
    store: ScoreStore | None,
) -> tuple[int, list[int]]:
    """Score the plan while background threads call and write; return scored positions, and sites of each model."""
    prepared, threads = shards.prepared, scoring.threads
    kinds, thresholds = prepared.settings.track_kinds, prepared.thresholds
    reader = ContributionReader(prepared.evidence.featurizer, scoring.pool) if CONTRIBUTIONS in kinds else None
    maker = TrackMaker(kinds, thresholds, prepared.scorers, reader)
    score_maker = maker if store is None else TrackMaker((SCORE,), thresholds, prepared.scorers)
    positions = 0
    writers = min(len(models), max(1, threads // 2))
    margin = prepared.evidence.featurizer.spec.half
    size = min(_GROUP, ceil(len(models) / writers))
    groups = [range(first, min(first + size, len(models))) for first in range(0, len(models), size)]
    lanes = len(groups) + (store is not None) + 1  # the last one records shards
    queue_limit = _count_queued_chunks(len(prepared.scorers)) * ceil(lanes / writers)
    with ThreadPipeline(writers, queue_limit) as pipeline:
        swept = scoring.follow(
            shards.shards,
            shards.finished,
            shards.folder,
            recorder=recorder,
            submit=partial(pipeline.submit, lanes - 1),
        )
        for scores in starmap(ChunkScores, swept) if reader is None else add_margins(swept, margin):
            for lane, numbers in enumerate(groups):
                pipeline.submit(lane, partial(_write_chunk, models, numbers, score_maker, scores=scores))
            if store is not None:
                pipeline.submit(len(groups), partial(_store_chunk, store, maker, scores))
            positions += scores.tracks[0].scored
            del scores  # its memory is free as soon as it is written
    parallel = min(len(models), threads)
    with finisher.processes(positions * len(models) * len(kinds), parallel):
        return positions, _close(models, store, monitor, parallel)


def _count_queued_chunks(scorers: int) -> int:
    """Count the chunks that may wait to be written."""
    return min(_QUEUED_CHUNKS, max(1, _QUEUED_BYTES // (scorers * CHUNK * _SCORE_BYTES)))


def _write_chunk(
    models: Sequence[ModelWriter], numbers: Iterable[int], maker: TrackMaker, *, scores: ChunkScores
) -> None:
    """Write the tracks of a chunk, and the sites that end in it, of some models."""
    for number in numbers:
        models[number].take(partial(maker.make, scores, number))


def _store_chunk(store: ScoreStore, maker: TrackMaker, scores: ChunkScores) -> None:
    store.add(maker.make_all(scores))


def _close(models: Sequence[ModelWriter], store: ScoreStore | None, monitor: Monitor, parallel: int) -> list[int]:
    """Close all files, several at a time; return the number of sites of each model."""
    with ThreadPipeline(parallel, len(models)) as pipeline:
        futures = [pipeline.submit(number, model.finish) for number, model in enumerate(models)]
        if store is not None:
            pipeline.submit(len(models), store.finish)
        for done, future in enumerate(futures):
            monitor.closing(done, len(models))
            future.result()
    return [future.result() for future in futures]
