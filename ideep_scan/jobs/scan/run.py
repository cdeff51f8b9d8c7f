"""The main job: slide models over a genome or its transcripts and leave tracks, sites, motif hits and a hub.

It wires rooms and computes nothing itself; what the user sees while it runs is handed in as a `Monitor`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from math import ceil, isnan
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.base import Inputs
from ideep_scan.features.modalities.registry import absences
from ideep_scan.formats.chrom_sizes import read_genome_sizes
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.scan_regions import check_regions, read_regions
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.browser_assembly import BrowserGenome, browser_genome
from ideep_scan.jobs.cores import cores
from ideep_scan.jobs.input_receipts import InputReceipts
from ideep_scan.jobs.inputs import (
    Evidence,
    Genome,
    check_cobinding,
    choose_modalities,
    input_notes,
    open_bundles,
    open_genome,
    open_scorers,
)
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.path_redaction import settings_receipt, without_places
from ideep_scan.jobs.piped_inputs import check_inputs, spooled
from ideep_scan.jobs.scan.background import ThreadPipeline
from ideep_scan.jobs.scan.estimate import ScanEstimate, estimate_scan
from ideep_scan.jobs.scan.extra_tracks import check_tracks, tracks_of_model, with_track_scorers
from ideep_scan.jobs.scan.finish_files import FileFinisher
from ideep_scan.jobs.scan.outputs import ModelOutput, allow_open_files, publish
from ideep_scan.jobs.settings import SCORE, ScanSettings
from ideep_scan.jobs.thresholds import ModelThreshold, SiteSummary, choose_thresholds, uncalibrated_notes
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, evaluation_device, scoring_pool, suited_batch, use_threads
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.gene_selection import describe_scattered_genes, select_transcripts
from ideep_scan.scan.plan import chunks, loci
from ideep_scan.scan.settings import CHUNK, WALK
from ideep_scan.scan.site_caller import SiteCaller
from ideep_scan.scan.site_report import GeneIndex, SiteReporter
from ideep_scan.scan.sweep import sweep

_CHUNKS_BEHIND = 2  # whose scores may wait to be written
_TILES_UNDER_WAY = 2  # that may wait to be scored, for each thread that scores


@dataclass(frozen=True)
class Summary:
    """What a run came to: positions scored, what each model called, what was noticed, seconds it took.

    `hub` is what the check of its hub found, a line each.
    """

    out: Path
    positions: int
    called: tuple[SiteSummary, ...]
    notes: tuple[str, ...]
    seconds: float
    hub: tuple[str, ...] = ()

    @property
    def sites(self) -> dict[str, int]:
        """Sites called, by model."""
        return {model.name: model.sites for model in self.called}


class Monitor(Protocol):
    """Whoever watches a scan."""

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """Inputs are open, nothing is scored yet."""
        ...

    def advance(self, positions: int) -> None:
        """So many more positions of the plan are done."""
        ...

    def closing(self, done: int, models: int) -> None:
        """All is scored, and the files of so many models are closed and checked."""
        ...


def run(settings: ScanSettings, monitor: Monitor, note: str | None = None) -> Summary:
    """Scan.

    Parameters
    ----------
    note : a line that every page of the run shows, e.g. that the genome is simulated.

    Raises
    ------
    IdeepScanError : a wrong input, before anything is scored, or an output that cannot be written. Either way
        nothing stands under a final name.
    """
    started = time.monotonic()
    settings.check()
    check_regions(settings.regions)
    with ExitStack() as stack:
        folder = stack.enter_context(RunFolder(settings.out, settings.overwrite))
        bundles = open_bundles(settings.rbp)
        lacking = absences(Inputs(settings.gtf is not None, settings.cobinding is not None))
        modalities = choose_modalities(bundles, settings.modalities, lacking)
        calls, kinds = choose_thresholds(settings, bundles, modalities), settings.track_kinds
        check_tracks(kinds, bundles, modalities)
        evaluation_device(settings.device)
        check_inputs(settings)
        check_cobinding(settings.cobinding, bundles[0].spec)
        asked, settings = settings, spooled(settings, stack.enter_context(Spool()))
        given = _given_files(settings)
        genome = open_genome(settings.fasta, settings.gtf, stack, strict=settings.strict)
        shown_genome = _browser_genome(settings, genome)
        sizes = shown_genome.sizes
        evidence, scorers = open_scorers(settings, bundles, genome, stack)
        inputs = stack.enter_context(InputReceipts({**given, **genome.files, **evidence.files}))
        notes = input_notes(genome, evidence, scorers) + uncalibrated_notes(bundles, evidence.modalities)
        notes += shown_genome.notes
        scorers = with_track_scorers(kinds, scorers)
        spans, planned = _plan(settings, genome)
        notes += planned
        bigwigs = len(bundles) * len(kinds)
        batch = settings.batch or suited_batch(scorers[0].device, WALK, CHUNK)
        use_threads(1)  # a tile is scored on one core, several beside each other
        threads = cores(settings.threads)
        pool = stack.enter_context(scoring_pool(scorers[0].device, threads))
        expected = pool.submit(
            estimate_scan, spans, genome.source, evidence.featurizer, scorers, batch, settings.stride, bigwigs, threads
        ).result()
        stack.enter_context(allow_open_files(len(bundles), len(kinds) * len(settings.strands)))
        closing, of_all = FileFinisher(folder.lock.descriptor), (sizes, settings.strands, kinds)
        outputs = [
            stack.enter_context(ModelOutput(folder, bundle, *of_all, each.prior, closing))
            for bundle, each in zip(bundles, calls, strict=True)
        ]
        folder.expect(name for output in outputs for name in output.names)
        models = _models(settings, calls, genome, evidence, outputs)
        monitor.begins(expected.after(time.monotonic() - started), notes)
        positions, sites = _scan(
            settings, batch, threads, calls, genome, evidence, spans, scorers, pool, models, closing, monitor
        )
        called = tuple(model.called(count, positions) for model, count in zip(models, sites, strict=True))
        seconds = time.monotonic() - started
        receipts = _receipts(asked, genome, evidence, bundles, scorers[0], positions, called, seconds, notes)
        receipts["inputs"] = inputs.receipts()
        hub = publish(folder, genome, shown_genome, outputs, called, receipts, note, settings.email)
    return Summary(settings.out, positions, called, notes, time.monotonic() - started, hub)


def _scan(
    settings: ScanSettings,
    batch: int,
    threads: int,
    calls: Sequence[ModelThreshold],
    genome: Genome,
    evidence: Evidence,
    spans: Sequence[Span],
    scorers: Sequence[Scorer],
    pool: Executor,
    models: Sequence[_Model],
    closing: FileFinisher,
    monitor: Monitor,
) -> tuple[int, list[int]]:
    """Sweep, and behind it call and write; the number of positions scored, and of the sites of each model."""
    kinds, positions = settings.track_kinds, 0
    writers = min(len(models), max(1, threads // 2))
    with ThreadPipeline(writers, _CHUNKS_BEHIND * ceil(len(models) / writers)) as behind:
        for _, tracks in sweep(
            chunks(spans),
            genome.source,
            evidence.featurizer,
            scorers,
            driver_thresholds=[each.settings.threshold for each in calls] + [None] * (len(scorers) - len(calls)),
            walk_length=batch,
            stride=settings.stride,
            pool=pool,
            queue_limit=_TILES_UNDER_WAY * threads,
            on_progress=monitor.advance,
        ):
            for number, model in enumerate(models):
                behind.do(number, partial(model.take, partial(tracks_of_model, kinds, tracks, calls, number)))
            positions += tracks[0].scored
    beside = min(len(models), threads)
    closing.expect(positions * len(models) * len(kinds), beside)
    with ThreadPipeline(beside, len(models)) as behind:
        ended = [behind.do(number, model.end) for number, model in enumerate(models)]
        for done, sites in enumerate(ended):
            monitor.closing(done, len(models))
            sites.result()
    return positions, [sites.result() for sites in ended]


@dataclass
class _Model:
    """What becomes of the scores of one model, and what has come of them so far (see `SiteSummary`)."""

    calling: ModelThreshold
    caller: SiteCaller
    reporter: SiteReporter
    output: ModelOutput
    strict: SiteCaller | None = None
    strict_sites: int = 0
    highest: float | None = None

    def take(self, made: Callable[[], dict[str, ScoreTrack]]) -> None:
        """Write the tracks of a chunk, and the sites that are complete with it."""
        tracks = made()
        self.output.add_tracks(tracks)
        highest = float(np.fmax.reduce(tracks[SCORE].values, initial=np.nan))
        if not isnan(highest):
            self.highest = highest if self.highest is None else max(self.highest, highest)
        if self.strict is not None:
            self.strict_sites += len(self.strict.feed(tracks[SCORE]))
        self.output.add_sites(self.reporter.report(self.caller.feed(tracks[SCORE])))

    def end(self) -> int:
        """Write what is left and close the files; the number of sites."""
        if self.strict is not None:
            self.strict_sites += len(self.strict.flush())
        self.output.add_sites(self.reporter.report(self.caller.flush()))
        self.output.add_motifs(self.reporter.flush())
        return self.output.finish()

    def called(self, sites: int, positions: int) -> SiteSummary:
        """Describe the sites that were called at the positions that were scored."""
        strict_sites = None if self.strict is None else self.strict_sites
        return self.calling.called(sites, strict_sites, positions, self.highest)


def _models(
    settings: ScanSettings,
    calls: Sequence[ModelThreshold],
    genome: Genome,
    evidence: Evidence,
    outputs: Sequence[ModelOutput],
) -> list[_Model]:
    """The models of a run, ready to take tracks."""
    featurizer = evidence.featurizer
    genes = None if genome.annotation is None else GeneIndex(genome.annotation.transcripts)
    scanner = MotifScanner(evidence.pwms)
    models = []
    for each, output in zip(calls, outputs, strict=True):
        reporter = SiteReporter(
            featurizer.codes,
            featurizer.spec.window,
            regions=evidence.regions,
            genes=genes,
            scanner=scanner,
            p_values=None if each.scale is None else each.scale.p_values,
            precision=each.precision(),
        )
        strict = None if each.stricter is None else SiteCaller(each.stricter, settings.strands)
        models.append(_Model(each, SiteCaller(each.settings, settings.strands), reporter, output, strict))
    return models


def _given_files(settings: ScanSettings) -> dict[str, InputFile]:
    """The small files that options name, by their roles, as they are before they are read."""
    paths = {f"regions {number}": Path(text) for number, text in enumerate(settings.regions, 1)}
    if settings.chrom_sizes is not None:
        paths["chrom sizes"] = settings.chrom_sizes
    return {role: InputFile(path) for role, path in paths.items() if os.path.isfile(path)}


def _browser_genome(settings: ScanSettings, genome: Genome) -> BrowserGenome:
    """Settle the assembly's name, and the contig lengths that tracks and hub state."""
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
        regions, left_out = read_regions(settings.regions, genome.resolver, settings.strict)
        notes += left_out
    spans = list(loci(genome.source.contigs, transcripts, regions, settings.strands))
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
    bundles: Sequence[ModelBundle],
    scorer: Scorer,
    positions: int,
    called: Sequence[SiteSummary],
    seconds: float,
    notes: Sequence[str],
) -> dict[str, Any]:
    """How the run was made, as JSON values."""
    given = asdict(settings)
    return {
        "settings": settings_receipt(given),
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
        "notes": without_places(tuple(notes), given),
    }
