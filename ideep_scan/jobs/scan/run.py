"""The scan: slide models over a genome or its transcripts, write tracks, sites, motif hits and a hub.

It connects rooms and computes nothing itself. A `Monitor` shows its progress.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, Protocol

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.registry import absences
from ideep_scan.formats.chrom_sizes import read_genome_sizes
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.scan_regions import check_regions, read_regions
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.browser_assembly import BrowserGenome, browser_genome
from ideep_scan.jobs.cores import cores
from ideep_scan.jobs.input_notes import input_notes
from ideep_scan.jobs.input_receipts import InputReceipts
from ideep_scan.jobs.inputs import (
    Evidence,
    Genome,
    check_cobinding,
    choose_modalities,
    given_inputs,
    open_bundles,
    open_genome,
    open_scorers,
)
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.path_redaction import settings_receipt, without_places
from ideep_scan.jobs.piped_inputs import check_inputs, spooled
from ideep_scan.jobs.scan.background import ThreadPipeline
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate, estimate_scan
from ideep_scan.jobs.scan.extra_tracks import check_tracks, tracks_of_model, with_track_scorers
from ideep_scan.jobs.scan.finish_files import FileFinisher
from ideep_scan.jobs.scan.model_writer import ModelWriter, make_writers
from ideep_scan.jobs.scan.outputs import ModelOutput, allow_open_files, publish
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.thresholds import SiteSummary, choose_thresholds, uncalibrated_notes
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, choose_batch, find_device, scoring_pool, use_threads
from ideep_scan.records.span import Span
from ideep_scan.scan.gene_selection import describe_scattered_genes, select_transcripts
from ideep_scan.scan.plan import CHUNK, WALK, cut_chunks, plan_loci
from ideep_scan.scan.sweep import sweep

_QUEUED_CHUNKS = 2  # chunks of each model whose scores wait to be written
_TILES_PER_THREAD = 2  # tiles that wait to be scored, for each scoring thread


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
    """

    out: Path
    positions: int
    called: tuple[SiteSummary, ...]
    notes: tuple[str, ...]
    seconds: float
    hub: tuple[str, ...] = ()

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

    def closing(self, done: int, models: int) -> None:
        """Take note that scoring has ended and the files of `done` models are closed and checked."""
        ...


def run(settings: ScanSettings, monitor: Monitor, note: str | None = None) -> Summary:
    """Scan a genome.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    monitor : Monitor
        Observer of the progress.
    note : str, optional
        Line that every page of the run shows, e.g. that the genome is simulated.

    Returns
    -------
    Summary
        Number of positions and sites, with remarks.

    Raises
    ------
    IdeepScanError
        An input is unusable, which is found before scoring starts, or an output cannot be written.
        No output file appears in either case.
    """
    started = time.monotonic()
    settings.check()
    check_regions(settings.regions)
    with ExitStack() as stack:
        folder = stack.enter_context(RunFolder(settings.out, settings.overwrite))
        bundles = open_bundles(settings.rbp)
        lacking = absences(given_inputs(settings, bundles[0].spec))
        modalities = choose_modalities(bundles, settings.modalities, lacking)
        kinds = settings.track_kinds
        thresholds = choose_thresholds(settings, bundles, modalities, settings.stride)
        check_tracks(kinds, bundles, modalities)
        find_device(settings.device)
        check_inputs(settings)
        check_cobinding(settings.cobinding, bundles[0].spec)
        original_settings = settings
        settings = spooled(settings, stack.enter_context(Spool()))
        option_files = _option_files(settings)
        genome = open_genome(settings.fasta, settings.gtf, stack, strict=settings.strict)
        assembly = _browser_genome(settings, genome)
        evidence, scorers = open_scorers(settings, bundles, genome, stack)
        inputs = stack.enter_context(InputReceipts({**option_files, **genome.files, **evidence.files}))
        notes = input_notes(genome, evidence, scorers) + uncalibrated_notes(bundles, evidence.modalities)
        notes += assembly.notes
        scorers = with_track_scorers(kinds, scorers)
        spans, plan_notes = _plan(settings, genome)
        notes += plan_notes
        bigwigs = len(bundles) * len(kinds)
        batch = settings.batch or choose_batch(scorers[0].device, WALK, CHUNK)
        use_threads(1)  # each thread scores one tile
        threads = cores(settings.threads)
        pool = stack.enter_context(scoring_pool(scorers[0].device, threads))
        expected = pool.submit(
            estimate_scan,
            spans,
            genome.source,
            evidence.featurizer,
            scorers,
            walk_length=batch,
            stride=settings.stride,
            bigwigs=bigwigs,
            threads=threads,
        ).result()
        stack.enter_context(allow_open_files(len(bundles), len(kinds) * len(settings.strands)))
        finisher = FileFinisher(folder.lock.descriptor)
        outputs = [
            stack.enter_context(
                ModelOutput(
                    folder,
                    bundle,
                    assembly.sizes,
                    strands=settings.strands,
                    kinds=kinds,
                    prior=threshold.prior,
                    runner=finisher,
                )
            )
            for bundle, threshold in zip(bundles, thresholds, strict=True)
        ]
        folder.expect(name for output in outputs for name in output.names)
        models = make_writers(outputs, thresholds, settings.strands, genome=genome, evidence=evidence)
        monitor.begins(expected.after(time.monotonic() - started), notes)
        positions, sites = _scan(
            settings,
            spans,
            models,
            walk_length=batch,
            threads=threads,
            genome=genome,
            evidence=evidence,
            scorers=scorers,
            pool=pool,
            finisher=finisher,
            monitor=monitor,
        )
        called = tuple(model.summarise(count, positions) for model, count in zip(models, sites, strict=True))
        seconds = time.monotonic() - started
        receipts = _receipts(
            original_settings,
            genome,
            evidence,
            bundles=bundles,
            scorer=scorers[0],
            positions=positions,
            called=called,
            seconds=seconds,
            notes=notes,
        )
        receipts["inputs"] = inputs.receipts()
        hub = publish(
            folder,
            genome,
            assembly,
            outputs=outputs,
            called=called,
            receipts=receipts,
            note=note,
            contact=settings.email,
        )
    return Summary(settings.out, positions, called, notes, time.monotonic() - started, hub)


def _scan(
    settings: ScanSettings,
    spans: Sequence[Span],
    models: Sequence[ModelWriter],
    *,
    walk_length: int,
    threads: int,
    genome: Genome,
    evidence: Evidence,
    scorers: Sequence[Scorer],
    pool: Executor,
    finisher: FileFinisher,
    monitor: Monitor,
) -> tuple[int, list[int]]:
    """Score the plan while background threads call and write; return scored positions, and sites of each model."""
    kinds = settings.track_kinds
    thresholds = [model.threshold for model in models]
    positions = 0
    writers = min(len(models), max(1, threads // 2))
    with ThreadPipeline(writers, _QUEUED_CHUNKS * ceil(len(models) / writers)) as pipeline:
        for _, tracks in sweep(
            cut_chunks(spans),
            genome.source,
            evidence.featurizer,
            scorers,
            driver_thresholds=[threshold.settings.threshold for threshold in thresholds]
            + [None] * (len(scorers) - len(thresholds)),
            walk_length=walk_length,
            stride=settings.stride,
            pool=pool,
            queue_limit=_TILES_PER_THREAD * threads,
            on_progress=monitor.advance,
        ):
            for number, model in enumerate(models):
                pipeline.submit(
                    number, partial(model.take, partial(tracks_of_model, kinds, tracks, thresholds, number))
                )
            positions += tracks[0].scored
    parallel = min(len(models), threads)
    values = positions * len(models) * len(kinds)
    with ThreadPipeline(parallel, len(models)) as pipeline, finisher.processes(values, parallel):
        futures = [pipeline.submit(number, model.finish) for number, model in enumerate(models)]
        for done, future in enumerate(futures):
            monitor.closing(done, len(models))
            future.result()
    return positions, [future.result() for future in futures]


def _option_files(settings: ScanSettings) -> dict[str, InputFile]:
    """Record the state of the small files that options name, by role, before they are read."""
    paths = {f"regions {number}": Path(text) for number, text in enumerate(settings.regions, 1)}
    if settings.chrom_sizes is not None:
        paths["chrom sizes"] = settings.chrom_sizes
    return {role: InputFile(path) for role, path in paths.items() if os.path.isfile(path)}


def _browser_genome(settings: ScanSettings, genome: Genome) -> BrowserGenome:
    """Determine the name of the assembly, and the contig lengths for tracks and hub."""
    sizes = genome.source.contigs
    if settings.chrom_sizes is not None:
        sizes = read_genome_sizes(settings.chrom_sizes, sizes)
    return browser_genome(settings.assembly, sizes, genome.source.path.name)


def _plan(settings: ScanSettings, genome: Genome) -> tuple[list[Span], tuple[str, ...]]:
    """Plan the loci to scan, with notes on genes and regions. Raises InputError if there is nothing to scan."""
    notes: tuple[str, ...] = ()
    transcripts = None if genome.annotation is None else genome.annotation.transcripts
    if transcripts is not None and settings.gene:
        transcripts = tuple(select_transcripts(transcripts, settings.gene))
        notes = describe_scattered_genes(transcripts)
    regions = None
    if settings.regions:
        regions, remarks = read_regions(settings.regions, genome.resolver, settings.strict)
        notes += remarks
    spans = list(plan_loci(genome.source.contigs, transcripts, regions, settings.strands))
    if not spans:
        raise InputError(
            "nothing to scan: no transcript of the annotation lies there on the asked strand: "
            "choose another region, gene or strand, or leave out --gtf to scan every position"
        )
    return spans, notes


def _receipts(
    settings: ScanSettings,
    genome: Genome,
    evidence: Evidence,
    *,
    bundles: Sequence[ModelBundle],
    scorer: Scorer,
    positions: int,
    called: Sequence[SiteSummary],
    seconds: float,
    notes: Sequence[str],
) -> dict[str, Any]:
    """Describe settings, inputs and results of the run as JSON values."""
    values = asdict(settings)
    return {
        "settings": settings_receipt(values),
        "models": {bundle.name: bundle.digest for bundle in bundles},
        "features": bundles[0].spec.digest,
        **evidence.receipts(),
        **genome.receipts(),
        "device": str(scorer.device),
        "precision": scorer.precision,
        "positions": positions,
        "sites": {model.name: model.sites for model in called},
        "called": {model.name: model.receipts() for model in called},
        "seconds": round(seconds, 1),
        "notes": without_places(tuple(notes), values),
    }
